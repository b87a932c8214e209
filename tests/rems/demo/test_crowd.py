"""The crowd: the published proportions, always the same people, and stories that the gate lets happen."""

from collections import Counter
from datetime import UTC, datetime
from statistics import mean

import pytest

from eligibility import Category
from rems.demo.cast import CAST
from rems.demo.chronicle import tell
from rems.demo.company import Company
from rems.demo.crowd import FILLS, PROGRAMS, SIZE, Plan, plans, story_of
from rems.demo.founding import founding
from rems.demo.moments import Moments
from rems.models import Authorization, Dispensing, Enrollment

PLANS = list(plans())
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


def test_it_is_always_the_same() -> None:
    assert list(plans()) == PLANS


def test_it_has_300_people_of_whom_3_percent_can_get_pregnant() -> None:
    assert len(PLANS) == SIZE == 300
    assert sum(plan.category.can_get_pregnant for plan in PLANS) == 9


def test_programs_stand_as_48_to_18_to_7() -> None:
    counted = Counter(plan.program for plan in PLANS)
    assert counted == PROGRAMS
    shares = [round(73 * counted[program] / SIZE, 0) for program in PROGRAMS]
    assert shares == [48, 18, 7]


def test_the_mean_age_is_about_60() -> None:
    assert 58 <= mean(plan.age for plan in PLANS) <= 62


def test_most_have_one_to_three_dispensings() -> None:
    counted = Counter(plan.fills for plan in PLANS)
    assert set(counted) == set(FILLS)
    assert sum(counted[fills] for fills in (1, 2, 3)) > 0.8 * SIZE


def test_names_are_given_once_and_none_is_of_the_cast() -> None:
    names = {plan.name for plan in PLANS}
    assert len(names) == SIZE
    families = {name.rpartition(" ")[2] for name in names}
    assert not families & {member.name.rpartition(" ")[2] for member in CAST}


def chosen() -> list[Plan]:
    """One of each kind: can get pregnant, enrolled only, once, twice, three times, ended, with a new number."""
    kinds = [
        lambda p: p.category.can_get_pregnant and p.fills > 1,
        lambda p: p.fills == 0,
        lambda p: p.fills == 1 and p.category is Category.ADULT_MALE,
        lambda p: p.fills == 2 and p.category is Category.ADULT_FEMALE_NRP,
        lambda p: p.fills == 3,
        lambda p: p.ended,
        lambda p: p.fills and p.ready and p.last >= 25 and not p.ended and not p.category.can_get_pregnant,
    ]
    return [next(plan for plan in PLANS if kind(plan)) for kind in kinds]


@pytest.mark.django_db
def test_the_gate_lets_their_stories_happen() -> None:
    company = Company(Moments(NOW))
    tell([*founding(company), *(story_of(company, plan) for plan in chosen())], now=NOW)
    assert Enrollment.objects.count() == 7
    assert Dispensing.objects.count() == sum(plan.fills for plan in chosen())
    assert Authorization.objects.filter(dispensing__isnull=True).exists()
