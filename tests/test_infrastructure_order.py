"""Tests that share what only one process may have go to one process."""

import pytest

from rems.services import places
from tests.order import ByGroup, group_of


def test_every_mark_of_a_group_is_found() -> None:
    files = [
        file
        for file in (places.ROOT / "tests").rglob("test_*.py")
        if "\npytestmark" in (text := file.read_text()) and "mark.xdist_group" in text
    ]
    assert len(files) >= 5
    for file in files:
        assert group_of(str(file.relative_to(places.ROOT))), f"{file}: the mark stands in its pytestmark"


@pytest.mark.parametrize("name", ["test_exporting", "test_tampering", "test_mutations"])
def test_a_group_is_one_scope_and_every_other_test_its_own(name: str) -> None:
    scopes = ByGroup.__new__(ByGroup)
    assert scopes._split_scope(f"tests/audit/{name}.py::test_x[a]") == "tampering"
    assert scopes._split_scope("tests/rems/test_rows.py::test_y") == "tests/rems/test_rows.py::test_y"
