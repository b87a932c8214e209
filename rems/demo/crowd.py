"""Three hundred more patients in the published proportions, the same ones at every load.

Of those who start, 3 % can get pregnant; the mean age is about 60; lenalidomide to thalidomide to
pomalidomide as 48 to 18 to 7 (Mahesri 2024; rule book). How often they came, and where, is made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from eligibility import Category
from eligibility.calendar import add_months
from patients import actions as patients
from rems.demo.chronicle import Story
from rems.demo.company import Company
from rems.demo.course import Course
from rems.demo.moments import Moments
from rems.demo.names import FAMILIES, MEN, STREETS, WOMEN
from rems.demo.person import Person
from rems.demo.registry import HARBOR, LAKESIDE, LENALIDOMIDE, POMALIDOMIDE, THALIDOMIDE, Place, practice_of
from rems.models.choices import Basis

SEED = 48187
SIZE = 300
CAN_GET_PREGNANT = 9
MEN_IN = 163
PROGRAMS = {LENALIDOMIDE: 197, THALIDOMIDE: 74, POMALIDOMIDE: 29}
FILLS = {0: 45, 1: 215, 2: 30, 3: 10}
"""How many patients have so many dispensings behind them."""

SATURDAY = 5
KindT = TypeVar("KindT")
USUAL_SITE = {"tran": LAKESIDE, "larsen": "piedmont", "mehta": "bayview"}
CARE = {
    LENALIDOMIDE: ("prescriber", "prescriber2", "prescriber2", "tran", "tran", "larsen", "mehta"),
    POMALIDOMIDE: ("prescriber", "prescriber2", "larsen", "mehta"),
    THALIDOMIDE: ("odonnell", "odonnell", "prescriber2", "tran"),
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is thrown for one of the crowd. ``last``: days since the last dispensing, or the enrollment."""

    name: str
    program: str
    category: Category
    age: int
    birthday: int
    fills: int
    last: int
    lead: int
    ended: bool
    ready: bool
    prescriber: str
    house: int
    later: int


def plans() -> Iterator[Plan]:
    """All of them, always the same."""
    random = Random(SEED)  # noqa: S311 - nothing here is a secret
    programs = _shuffled(random, PROGRAMS)
    fills = _shuffled(random, FILLS)
    categories = _shuffled(
        random,
        {
            Category.ADULT_FEMALE_RP: CAN_GET_PREGNANT,
            Category.ADULT_MALE: MEN_IN,
            Category.ADULT_FEMALE_NRP: SIZE - CAN_GET_PREGNANT - MEN_IN,
        },
    )
    names = _names(random, categories)
    for name, program, category, times in zip(names, programs, categories, fills, strict=True):
        ended = times > 0 and not category.can_get_pregnant and random.random() < 0.07
        yield Plan(
            name=name,
            program=program,
            category=category,
            age=_age(random, category),
            birthday=random.randrange(365),
            fills=max(times, 1) if category.can_get_pregnant else times,
            last=random.randrange(45, 130) if ended else random.randrange(2, 37 if category.can_get_pregnant else 29),
            lead=random.randrange(2, 16),
            ended=ended,
            ready=random.random() < 0.5,
            prescriber=random.choice(CARE[program]),
            house=random.randrange(10, 990),
            later=random.randrange(110),
        )


def crowd_of(company: Company) -> list[Story]:
    """Their stories."""
    return [story_of(company, plan) for plan in plans()]


def story_of(company: Company, plan: Plan) -> Story:
    """What is planned for one of them, to be told."""
    return _story(_course(company, plan), plan)


def _course(company: Company, plan: Plan) -> Course:
    nrp = plan.category is Category.ADULT_FEMALE_NRP
    natural = nrp and plan.age >= 55 and plan.house % 4 > 0
    surgical = Basis.HYSTERECTOMY if plan.house % 3 else Basis.BILATERAL_OOPHORECTOMY
    basis = (Basis.NATURAL_MENOPAUSE if natural else surgical).value if nrp else ""
    when = company.when
    return Course(
        company=company,
        person=_person(when, plan),
        program=plan.program,
        category=plan.category,
        prescriber=plan.prescriber,
        basis=basis,
        last_menses=_last_menses(when, plan) if natural else None,
        site=USUAL_SITE.get(plan.prescriber, HARBOR),
        second_pharmacist=plan.house % 2 > 0,
        later=timedelta(minutes=plan.later),
    )


def _story(course: Course, plan: Plan) -> Story:
    """Enrolled; then the dispensings, four weeks apart; then the end of the therapy, or the next number."""
    if plan.fills == 0:
        yield from course.enrolled(plan.last)
        return
    if plan.category.can_get_pregnant:
        yield from _monthly_tested(course, plan)
        return
    days = [_open_day(course, plan.last + 28 * n) for n in reversed(range(plan.fills))]
    yield from course.enrolled(_open_day(course, days[0] + plan.lead))
    for day in days:
        yield from course.fill(day, method="ship" if plan.house % 5 == 0 else "hand")
    if plan.ended:
        yield from _ended(course, days[-1] - 30)
    elif plan.ready and days[-1] >= 23:
        yield from course.surveyed(course.on(1, 10))
        yield from course.authorized(course.on(1, 12))


def _monthly_tested(course: Course, plan: Plan) -> Story:
    """Who can get pregnant keeps the rhythm of 28 days, weekly tests in the first month."""
    start = plan.last + 28 * (plan.fills - 1)
    yield from course.enrolled(start + 16)
    yield from course.started(start)
    yield from course.weekly(start)
    for n in reversed(range(plan.fills - 1)):
        yield from course.fill(plan.last + 28 * n)


def _ended(course: Course, day: int) -> Story:
    when = course.company.when
    yield course.on(day, 14)
    with course.company.entering(course.prescriber) as by:
        patients.record_therapy_end(
            patient=course.known, program=course.program, starts_on=when.date_of(day + 1), by=by
        )


def _open_day(course: Course, day: int) -> int:
    """That day, or the Friday before it."""
    weekday = course.company.when.date_of(day).weekday()
    return day + max(0, weekday - SATURDAY + 1)


def _person(when: Moments, plan: Plan) -> Person:
    home = practice_of(plan.prescriber).place
    street = f"{plan.house} {STREETS[plan.house % len(STREETS)]}"
    phone = f"{home.phone[:3]}-555-{plan.house + 1000}"
    return Person(
        name=plan.name,
        born=when.birthday(plan.age, days=plan.birthday),
        place=Place(street, home.city, home.state, home.zip_code, phone),
    )


def _last_menses(when: Moments, plan: Plan) -> date:
    return add_months(when.birthday(plan.age, days=plan.birthday), 12 * 50 + plan.house % 24)


def _age(random: Random, category: Category) -> int:
    if category.can_get_pregnant:
        return min(46, max(21, round(random.gauss(35, 6))))
    lowest = 40 if category.male else 48
    return min(90, max(lowest, round(random.gauss(61, 11))))


def _names(random: Random, categories: list[Category]) -> list[str]:
    """One for each, none twice."""
    taken: set[str] = set()
    names = []
    for category in categories:
        name = ""
        while not name or name in taken:
            name = f"{random.choice(MEN if category.male else WOMEN)} {random.choice(FAMILIES)}"
        taken.add(name)
        names.append(name)
    return names


def _shuffled(random: Random, sizes: dict[KindT, int]) -> list[KindT]:
    dealt = [kind for kind, size in sizes.items() for _ in range(size)]
    random.shuffle(dealt)
    return dealt
