"""A program edition as people read it: what is asked, each value with its source and mark."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from eligibility import edition as engine
from eligibility.edition import Edition, Span, Value
from eligibility.editions import edition_in_force, programs
from eligibility.explain import MARKS
from eligibility.moments import day_words
from eligibility.vocabulary import Stage
from eligibility.wording import value_name, word_for

TOPICS = {
    "standing": "Enrollment, agreement, certification",
    "category": "Risk category",
    "testing": "Pregnancy tests",
    "results": "Results of tests",
    "care": "Counseling, surveys, contraception, reports",
    "supply": "Prescription and supply",
    "authorization": "Authorization",
    "confirmation": "Confirmation and hand-over",
}
ASKED = {
    (Stage.AUTHORIZE, Stage.CONFIRM, Stage.HAND_OVER): "",
    (Stage.CONFIRM, Stage.HAND_OVER): "Asked for a confirmation and at the hand-over.",
    (Stage.CONFIRM,): "Asked for a confirmation only.",
    (Stage.HAND_OVER,): "Asked at the hand-over.",
}
"""At which steps a rule is asked; most are asked at all three."""
HEADER = {"name": "Name", "drug": "Drug", "brand": "Brand", "starts": "First day", "zone": "Zone"}


class Line(NamedTuple):
    """One value: what it is, what it says, how well it is sourced. ``own``: unlike its rule's."""

    name: str
    words: str
    mark: str
    source: str
    own: bool = True


class Rule(NamedTuple):
    """One requirement."""

    id: str
    title: str
    words: str
    mark: str
    source: str
    asked: str
    values: tuple[Line, ...]


class Topic(NamedTuple):
    """The rules about one thing."""

    id: str
    title: str
    rules: tuple[Rule, ...]


class Sourced(NamedTuple):
    """How many values have a mark, and what the mark means."""

    mark: str
    meaning: str
    values: int


class Shelf(NamedTuple):
    """A program with its editions; ``current`` is the one in force now, if any is."""

    program: str
    newest: Edition
    current: Edition | None
    editions: tuple[Edition, ...]
    marks: tuple[Sourced, ...]


def shelves(*, now: datetime) -> list[Shelf]:
    """Every program, in the order of their ids."""
    found = []
    for program, editions in programs().items():
        current = edition_in_force(program, now)
        found.append(Shelf(program, editions[-1], current, editions, marks_of(current or editions[-1])))
    return found


def edition_with(program: str, edition: str) -> Edition | None:
    """The edition, or None where there is no such program or edition."""
    return next((e for e in programs().get(program, ()) if e.id == edition), None)


def topics_of(edition: Edition) -> list[Topic]:
    """The edition's rules by what they are about, each topic in the edition's order."""
    found = []
    for module, title in TOPICS.items():
        rules = tuple(_rule(r) for r in edition.requirements if type(r).__module__.endswith(f".{module}"))
        if rules:
            found.append(Topic(module, title, rules))
    return found


def header_of(edition: Edition) -> list[Line]:
    """Name, drug, first day and zone."""
    return [_line(words, edition.header[name]) for name, words in HEADER.items()]


def switches_of(edition: Edition) -> list[Line]:
    """The flexibilities, with the days on which each is on."""
    names = [name for name in edition.header if name not in HEADER]
    return [_line(word_for(name).capitalize(), edition.header[name]) for name in names]


REMINDERS = {
    "before": "Before the day, and on it (0)",
    "after": "After the day",
    "administrator": "After the day, to the program",
    "late_after": "Marked late after",
}


def reminders_of(edition: Edition) -> list[Line]:
    """When people are reminded of what is due."""
    return [_line(REMINDERS[name], value) for name, value in edition.reminders.items()]


def marks_of(edition: Edition) -> tuple[Sourced, ...]:
    """How many values have which mark; one with two marks counts with the weaker one."""
    counted = Counter(max(mark.split("/")) for mark in _all_marks(edition))
    return tuple(Sourced(mark, meaning, counted[mark]) for mark, meaning in MARKS.items())


def _all_marks(edition: Edition) -> Iterable[str]:
    """One for each value; a rule without values is one itself."""
    for value in (*edition.header.values(), *edition.reminders.values()):
        yield value.mark
    for rule in edition.requirements:
        if rule.values:
            yield from (value.mark for value in rule.values.values())
        else:
            yield rule.mark


def _rule(rule: engine.Rule) -> Rule:
    values = tuple(
        _line(
            value_name(name),
            value,
            own=(value.mark, value.source) != (rule.mark, rule.source),
        )
        for name, value in rule.values.items()
    )
    asked = tuple(stage for stage in Stage if rule.asked_at(stage))
    return Rule(rule.id, rule.title, rule.words, rule.mark, rule.source, ASKED[asked], values)


def _line(name: str, value: Value, *, own: bool = True) -> Line:
    return Line(name, _words(value), value.mark, value.source, own)


def _words(value: Value) -> str:
    if value.unit == "spans" and isinstance(value.value, tuple):
        return "; ".join(_span(span) for span in value.value) or "off"
    if value.unit == "list" and isinstance(value.value, tuple):
        return ", ".join(word_for(item) for item in value.value)
    if isinstance(value.value, date):
        return day_words(value.value)
    return str(value.value) if value.unit == "zone" else value.words


def _span(span: Span) -> str:
    until = day_words(span.until) if span.until else "further notice"
    return f"on from {day_words(span.start)} to {until}"
