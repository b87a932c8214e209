"""The checklists, and the bars of a number."""

import pytest

from eligibility.vocabulary import Category
from rems.checklists import CHECKLISTS, checklist, required_points
from rems.display.barcodes import WIDTHS, code_128


def test_every_category_has_three_ticks_with_points_and_marks() -> None:
    assert set(CHECKLISTS) == set(Category)
    for ticks in CHECKLISTS.values():
        assert len(ticks) == len({tick.code for tick in ticks}) == 3
        for tick in ticks:
            assert tick.points
            assert set(tick.mark.split("/")) <= {"A", "B", "C", "D"}
            assert tick.source


def test_who_can_get_pregnant_is_counseled_on_it() -> None:
    for category in Category:
        assert ("pregnancy" in required_points(category)) is category.can_get_pregnant
        assert ("partners" in required_points(category)) is category.male


def test_a_code_that_is_no_category_is_an_error() -> None:
    with pytest.raises(ValueError, match="nobody"):
        checklist("nobody")


def test_every_symbol_of_code_128_is_eleven_modules_wide() -> None:
    assert len(set(WIDTHS)) == 106
    assert all(sum(map(int, width)) == 11 for width in WIDTHS)


def test_the_bars_are_those_of_the_mockup() -> None:
    drawn = code_128("C3HP8TNV62JE")
    assert drawn.width == 191 or drawn.width == 12 * 2 + 11 * 14 + 13
    assert [(bar.x, bar.width) for bar in drawn.bars[:6]] == [(12, 2), (15, 1), (18, 1), (23, 1), (27, 1), (31, 2)]


def test_what_cannot_be_drawn_is_an_error() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        code_128("Ä")
