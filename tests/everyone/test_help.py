"""Nobody has to guess: what a page is for, why a field is asked, which rule refuses."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path("templates")
PARENTS = re.compile(r'{% extends "([^"]+)" %}')
FRAMES = {"base.html", "rems/link/page.html"}
"""What pages are made of, which are none themselves."""


def pages() -> list[str]:
    """The templates of whole pages."""
    every = (path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
    return sorted(name for name in every if name not in FRAMES and PARENTS.search((TEMPLATES / name).read_text()))


@pytest.mark.parametrize("name", pages())
def test_a_page_says_in_a_line_what_it_is_for(name: str) -> None:
    assert '<p class="purpose' in (TEMPLATES / name).read_text(), "say it under the heading: <p class=purpose>"


def test_there_are_pages() -> None:
    assert len(pages()) > 60
