"""What every answer tells the browser, and what no page holds."""

import re
from typing import Any

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
PLAIN = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
INLINE = re.compile(
    r"<style\b|<script\b(?![^>]*\b(?:src=|type=.application/json))|\sstyle\s*=|<[^>]*\son[a-z]+\s*="
    r"|(?:href|action)\s*=\s*[\"']?\s*(?:javascript|data):|<(?!img\b)[^>]*\ssrc\s*=\s*[\"']?\s*(?:javascript|data):",
    re.IGNORECASE,
)
"""A style, a script without a file, a handler, an address that is a script. Data for a script run nothing."""


def faults_of(answer: Any, *, kept_nowhere: bool = True) -> list[str]:
    """What is wrong with the headers and the page. ``kept_nowhere``: no cache may hold it."""
    said = dict(part.strip().split(" ", 1) for part in answer.get("Content-Security-Policy", "").split(";") if part)
    found = [f"policy {name}" for name in POLICY.keys() | said.keys() if POLICY.get(name) != said.get(name)]
    found += [name for name, value in PLAIN.items() if answer.get(name) != value]
    if "camera=()" not in answer.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    if kept_nowhere and "no-store" not in answer.get("Cache-Control", ""):
        found.append("Cache-Control")
    if not answer.streaming and (inline := INLINE.search(answer.content.decode(errors="replace"))):
        found.append(f"inline: {inline.group()}")
    return found
