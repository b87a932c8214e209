"""Each role has its guide, and what a guide shows exists."""

import re
from pathlib import Path

import pytest

from accounts.roles import Role

GUIDES = Path("docs/guides")
CALLED = {Role.DELEGATE: "assistant"}
"""Where people call a role otherwise than the code."""
PEOPLE = [role for role in Role if role is not Role.SYSTEM]


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_has_a_guide_with_pictures_and_the_list_of_guides_names_it(role: Role) -> None:
    name = f"{CALLED.get(role, role.value)}.md"
    text = (GUIDES / name).read_text()
    assert f"]({name})" in (GUIDES / "README.md").read_text()
    assert "](../screenshots/" in text
    assert len(text.split()) < 500, "a guide is short"


@pytest.mark.parametrize("guide", sorted(GUIDES.glob("*.md")), ids=lambda path: path.name)
def test_what_a_guide_links_to_exists_and_a_browser_test_takes_its_pictures(guide: Path) -> None:
    takes = Path("tests/screenshots.py").read_text()
    for link in re.findall(r"\]\(([^)]+)\)", guide.read_text()):
        assert (GUIDES / link).exists(), link
        if link.endswith(".png"):
            name = Path(link).stem
            taken = [f'"{said}"' in takes for said in (name, name.removesuffix("-phone"), f"{name}.png")]
            assert any(taken), f"{link}: nobody takes it"
