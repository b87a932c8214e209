"""Cells of a table that a spreadsheet program opens without running what somebody once typed."""

import json

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
UNSEEN = " \u00a0\ufeff"
"""What some programs skip before they look for a formula."""


def harmless(value: object) -> str:
    """The value as a cell's text; one that a program would take for a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.lstrip(UNSEEN).startswith(DANGEROUS) else text
