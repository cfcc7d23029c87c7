"""A page as PDF, printed by a browser that is installed already."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from dealerml.errors import ReviewError

NAMES: Final = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "msedge",
)  # fmt: skip
# Where browsers are on machines whose path does not name them.
PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
SECONDS: Final = 120


def find_browser() -> str | None:
    """Which installed browser can print: Chromium, Chrome or Edge? None without one."""
    known = (shutil.which(name) for name in NAMES)
    placed = (place for place in PLACES if Path(place).is_file())
    return next((path for path in (*known, *placed) if path), None)


def print_page(html: Path, pdf: Path) -> None:
    """Print a page of HTML as PDF beside it.

    Raises
    ------
    ReviewError
        If no browser is installed, or it does not print.
    """
    browser = find_browser()
    if browser is None:
        message = (
            "No PDF was written: none of Chromium, Google Chrome and Microsoft Edge was found. "
            f"Install one, or open {html.name} in any browser and print it."
        )
        raise ReviewError(message)
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, "--headless", "--disable-gpu", "--no-pdf-header-footer"]
        command += [f"--user-data-dir={profile}", f"--print-to-pdf={pdf.resolve()}"]
        if sys.platform.startswith("linux"):
            command.append("--no-sandbox")  # the page has no script, and containers allow no other
        command.append(html.resolve().as_uri())
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
        except (subprocess.SubprocessError, OSError) as error:
            message = f"No PDF was written: {browser} did not print ({type(error).__name__})."
            raise ReviewError(message) from error
    if not pdf.exists():
        message = f"No PDF was written: {browser} printed nothing."
        raise ReviewError(message)
