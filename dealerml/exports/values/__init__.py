"""How values are written, and what they say: texts, ids, numbers, dates, shares and flags."""
