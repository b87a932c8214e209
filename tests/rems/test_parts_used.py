"""Pages are built of template parts and of the classes that arrange them: no page has a style of its own."""

import re
from collections.abc import Iterable
from pathlib import Path

from rems.services import places

TEMPLATES = places.ROOT / "templates"
PARTS = TEMPLATES / "parts"
STATIC = places.ROOT / "static"
THEME, OURS = STATIC / "rems.css", STATIC / "site.css"
TAGS = list((places.ROOT / "rems" / "templatetags").glob("*.py"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE_OF = re.compile(r"\.([a-zA-Z][\w-]*)")
WRITTEN = re.compile(r'class="([^"]*)"')
INSIDE = re.compile(r"{%.*?%}|{{.*?}}|{[a-z_]*}")
QUOTED = re.compile(r'"([\w -]+)"')
OF_A_PART = {
    "answer": {"verdict", "verdict-sign", "verdict-body", "verdict-left"},
    "reasons": {"reasons", "reason", "reason-no", "reason-head", "reason-code", "reason-foot"},
    "notice, stat, strip, due": {"notice", "stat", "strip", "due"},
    "tags of words": {"tag", "chip", "mark", "source", "number", "barcode"},
    "person": {"person", "person-name"},
    "lists": {"filters", "pager", "pager-links", "empty", "sort"},
    "forms": {"error-summary", "choice", "verify"},
    "signatures": {"signature"},
    "pictures": {"course", "course-box", "plot", "legend", "meeting"},
    "frame": {"bar", "bar-in", "bar-brand", "bar-nav", "bar-who", "outline", "dialog"},
}
"""What a page never writes by hand: a part prints it, wherever it stands."""
OF_ROLES = {"navigation", "tours"}
"""One for each role; the frame asks for it by the role's name."""


def classes_in(files: Iterable[Path]) -> set[str]:
    """The classes that templates and tags write. One that ends in a hyphen is the beginning of some."""
    found: set[str] = set()
    for file in files:
        text = file.read_text()
        for written in WRITTEN.findall(text):
            found |= set(INSIDE.sub(" ", written).split())
    return found


def rules_of(sheet: Path) -> set[str]:
    return set(RULE_OF.findall(COMMENT.sub("", sheet.read_text())))


def templates() -> list[Path]:
    return list(TEMPLATES.rglob("*.html"))


def test_no_class_is_written_that_no_sheet_knows() -> None:
    known = rules_of(THEME) | rules_of(OURS)
    unknown = {name for name in classes_in([*templates(), *TAGS]) if name not in known and not name.endswith("-")}
    assert unknown == set()


def test_no_rule_of_ours_is_without_a_use() -> None:
    """The theme is shipped as it is; what is added to it goes when its last page goes."""
    written = classes_in([*templates(), *TAGS])
    beginnings = tuple(name for name in written if name.endswith("-"))
    code = [*(places.ROOT / "rems").rglob("*.py"), *(places.ROOT / "accounts").rglob("*.py"), *STATIC.glob("*.js")]
    written |= {word for file in code for text in QUOTED.findall(file.read_text()) for word in text.split()}
    unused = {name for name in rules_of(OURS) if name not in written and not name.startswith(beginnings)}
    assert unused == set()


def test_no_page_writes_a_part_by_hand() -> None:
    by_hand = {
        f"{name} in {file.relative_to(TEMPLATES)}"
        for file in templates()
        if PARTS not in file.parents and file.name != "parts.html"
        for name in classes_in([file]) & set().union(*OF_A_PART.values())
    }
    assert by_hand == set()


def test_what_a_part_prints_is_in_a_part() -> None:
    """The list above names no class that no part prints."""
    printed = classes_in([*PARTS.rglob("*.html"), *TAGS])
    assert set().union(*OF_A_PART.values()) - printed == set()


def test_every_part_is_used_by_a_page() -> None:
    """A part for later is none: each is printed by a page, by a tag, or by a part that is."""
    asked = {file: file.read_text() for file in templates() if file.name != "parts.html"}
    asked |= {file: file.read_text() for file in TAGS}
    for part in PARTS.rglob("*.html"):
        if part.parent.name in OF_ROLES:
            continue
        named = (f"parts/{part.relative_to(PARTS)}", f'_printed(context, "{part.stem}"')
        assert any(name in text for name in named for file, text in asked.items() if file != part), part
