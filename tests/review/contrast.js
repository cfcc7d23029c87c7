// Texts that stand out from their ground less than WCAG 2.2 asks of small text (4.5 to 1).
//
// A text's ground is what is painted under its middle, layer by layer. Pictures draw their
// letters as shapes: there a group of glyphs is a text.
() => {
  const LEAST = 4.5;
  const colour = (text) => {
    const parts = /rgba?\(([^)]+)\)/.exec(text);
    if (!parts) return null;
    const [red, green, blue, alpha = 1] = parts[1].split(/[ ,/]+/).map(Number);
    return [red, green, blue, alpha];
  };
  const over = (top, under) =>
    [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (rgb) => {
    const [red, green, blue] = rgb.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const drawn = (element) => element instanceof SVGElement && !(element instanceof SVGSVGElement);
  const paint = (element, of) => {
    const style = getComputedStyle(element);
    const found = colour(drawn(element) ? style.fill : style[of]);
    if (!found) return null;
    if (drawn(element)) found[3] *= Number(style.fillOpacity);
    for (let up = element; up; up = up.parentElement) {
      found[3] *= Number(getComputedStyle(up).opacity);
    }
    return found;
  };
  const ground = (box, own) => {
    const layers = [];
    const x = box.x + box.width / 2;
    const y = box.y + box.height / 2;
    for (const element of document.elementsFromPoint(x, y)) {
      if (own.contains(element) && drawn(element)) continue;
      const layer = paint(element, "backgroundColor");
      if (layer && layer[3] > 0) layers.push(layer);
      if (layer && layer[3] > 0.999) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const weak = [];
  let measured = 0;
  const measure = (what, box, own, ink) => {
    if (!box.width || !box.height || !ink) return;
    measured += 1;
    const under = ground(box, own);
    const [low, high] = [light(over(ink, under)), light(under)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < LEAST) weak.push(`${what}: ${ratio.toFixed(2)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || holder.closest("style, script, title, desc")) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    measure(text.slice(0, 60), range.getBoundingClientRect(), holder, paint(holder, "color"));
  }
  const texts = measured;
  for (const group of document.querySelectorAll("svg g")) {
    const glyph = [...group.children].find(
      (child) => child.tagName === "use" && /-[0-9a-f]+$/.test(child.getAttribute("xlink:href")),
    );
    if (!glyph) continue;
    const picture = group.closest("svg").querySelector("title").textContent;
    measure(`in ${picture.slice(0, 60)}`, group.getBoundingClientRect(), group, paint(glyph, "color"));
  }
  return { weak, texts, letters: measured - texts };
};
