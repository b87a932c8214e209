"""Pages are built of template parts and of the classes that arrange them: no page has a style of its own."""

import re
from collections.abc import Iterable
from pathlib import Path

from rems.services import places

TEMPLATES = places.ROOT / "templates"
PARTS = TEMPLATES / "parts"
THEME, OURS = (places.ROOT / "static" / name for name in ("rems.css", "site.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE_OF = re.compile(r"\.([a-zA-Z][\w-]*)")
WRITTEN = re.compile(r'class="([^"]*)"')
INSIDE = re.compile(r"{%.*?%}|{{.*?}}|{[a-z_]*}")
IN_SCRIPTS = re.compile(r'(?:className = "|classList\.\w+\(")([\w -]+)"')
OF_A_PART = {
    "answer": {"verdict", "verdict-sign", "verdict-body", "verdict-left"},
    "reasons": {"reasons", "reason", "reason-no", "reason-head", "reason-code", "reason-foot"},
    "notice, stat, task, strip": {"notice", "stat", "strip"},
    "tags of words": {"tag", "chip", "mark", "source", "number", "barcode"},
    "person": {"person", "person-name"},
    "lists": {"filters", "pager", "pager-links", "empty", "sort"},
    "forms": {"error-summary", "choice", "verify"},
    "signatures": {"signature"},
    "pictures": {"course", "course-box", "plot", "legend", "meeting"},
    "frame": {"bar", "bar-in", "bar-brand", "bar-nav", "bar-who", "outline", "dialog"},
}
"""What a page never writes by hand: a part prints it, wherever it stands."""
FROM_LIBRARIES = {"list-unstyled"}


def classes_in(files: Iterable[Path]) -> set[str]:
    """The classes that templates, tags and scripts write. One that ends in a hyphen is the beginning of some."""
    found: set[str] = set()
    for file in files:
        text = file.read_text()
        for written in (*WRITTEN.findall(text), *IN_SCRIPTS.findall(text)):
            found |= set(INSIDE.sub(" ", written).split())
    return found


def rules_of(sheet: Path) -> set[str]:
    return set(RULE_OF.findall(COMMENT.sub("", sheet.read_text())))


def templates() -> list[Path]:
    return list(TEMPLATES.rglob("*.html"))


def test_no_class_is_written_that_no_sheet_knows() -> None:
    known = rules_of(THEME) | rules_of(OURS)
    unknown = {name for name in classes_in(templates()) if name not in known and not name.endswith("-")}
    assert unknown == set()
