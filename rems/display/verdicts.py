"""A decision as its verdict and its rows of reasons. Nothing is decided here."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from eligibility.edition import Edition
from eligibility.editions import programs
from eligibility.findings import Decision, Finding, Level, Outcome
from eligibility.moments import span_words
from eligibility.reasons import Clearer, Reason
from eligibility.vocabulary import Stage
from eligibility.wording import Said, say
from rems.display.chips import opening_words

HELD = frozenset({Reason.TEST_POSITIVE, Reason.PREGNANCY_CASE_OPEN})
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

YES = {
    Stage.AUTHORIZE: "May be authorized",
    Stage.CONFIRM: "May be dispensed",
    Stage.HAND_OVER: "May be dispensed",
}
NO = {
    Stage.AUTHORIZE: "No authorization",
    Stage.CONFIRM: "Do not dispense",
    Stage.HAND_OVER: "Do not dispense",
}
BY = {Stage.AUTHORIZE: "Ask by", Stage.CONFIRM: "Confirm by", Stage.HAND_OVER: "Hand over by"}
LEFT = {Stage.AUTHORIZE: "left to ask", Stage.CONFIRM: "left to confirm", Stage.HAND_OVER: "left to hand over"}
WHOSE = {
    Clearer.PRESCRIBER: "the prescriber’s",
    Clearer.PATIENT: "the patient’s",
    Clearer.GUARDIAN: "the guardian’s",
    Clearer.PHARMACIST: "the pharmacist’s",
    Clearer.REPRESENTATIVE: "the pharmacy representative’s",
    Clearer.PROGRAM: "the program’s",
}
AFTER_OTHERS = frozenset(
    {
        Reason.AUTHORIZATION_MISSING,
        Reason.AUTHORIZATION_CANCELLED,
        Reason.AUTHORIZATION_EXPIRED,
        Reason.AUTHORIZATION_USED,
    }
)
"""A new authorization waits for everything else that the prescriber has to clear."""


class Line(NamedTuple):
    """One line under the verdict's title."""

    lead: str
    text: str
    until: datetime | None = None


class Verdict(NamedTuple):
    """The answer in one look. ``turns``: when time alone may change it; a page that stays open says so then."""

    tone: str
    icon: str
    title: str
    lines: tuple[Line, ...]
    left: str = ""
    left_label: str = ""
    turns: datetime | None = None


class Row(NamedTuple):
    """One finding with its words."""

    said: Said
    tone: str
    mark: str
    source: str
    href: str
    opens: datetime | None
    closed: datetime | None


class Check(NamedTuple):
    """A requirement that is met."""

    title: str
    mark: str
    until: datetime | None


def edition_of(decision: Decision) -> Edition | None:
    """The edition by which it was decided; None: there was none, or it is no longer known."""
    editions = programs().get(decision.program, ())
    return next((e for e in editions if e.id == decision.edition), None)


def verdict_of(decision: Decision, *, now: datetime, zone: ZoneInfo, names: Mapping[str, str]) -> Verdict:
    """What the decision says, for the stage at which it was asked."""
    if decision.outcome is Outcome.NOT_GATED:
        said = [say(f, zone=zone, names=names) for f in decision.warnings]
        return Verdict("is-neutral", "neutral", "Not gated", tuple(Line("", f"{s.sentence} {s.what}") for s in said))
    return (_yes if decision.allowed else _no)(decision, now=now, zone=zone, names=names)


def _yes(decision: Decision, *, now: datetime, zone: ZoneInfo, names: Mapping[str, str]) -> Verdict:
    title = YES[decision.stage]
    said = [say(f, zone=zone, names=names) for f in decision.warnings]
    lines = [Line(f"{s.title}.", s.sentence) for s in said]
    left = label = ""
    if decision.until is not None:
        lines.append(Line("", BY[decision.stage], decision.until))
        left, label = span_words(decision.until - now), LEFT[decision.stage]
        if now > decision.until:
            label = "ago this answer ended"
    if said:
        note = "with a note" if len(said) == 1 else "with notes"
        return Verdict("is-warning", "warning", f"{title}, {note}", tuple(lines), left, label, decision.until)
    return Verdict("is-allowed", "allowed", title, tuple(lines), left, label, decision.until)


def _no(decision: Decision, *, now: datetime, zone: ZoneInfo, names: Mapping[str, str]) -> Verdict:
    unmet = decision.unmet
    opens = max((f.opens for f in unmet if f.opens is not None), default=None)
    left, label = (opening_words(opens, zone=zone), "not before") if opens else ("", "")
    if decision.reasons & HELD:
        held = next(f for f in unmet if f.reason in HELD)
        said = say(held, zone=zone, names=names)
        lines = (Line(f"{said.title}.", said.sentence), *_counted(unmet))
        return Verdict("is-held", "held", f"{NO[decision.stage]}: held", lines, left, label, opens)
    return Verdict("is-refused", "refused", NO[decision.stage], _counted(unmet), left, label, opens)


def _counted(unmet: tuple[Finding, ...]) -> tuple[Line, ...]:
    """``Three reasons.`` and whose they are to clear."""
    if not unmet:
        return ()
    n = len(unmet)
    lead = f"{in_words(n).capitalize()} {'reason' if n == 1 else 'reasons'}."
    whose = Counter(f.clearers[0] for f in unmet)
    timed = whose.pop(Clearer.TIME, 0)
    parts = [f"{in_words(k)} {'is' if k == 1 else 'are'} {WHOSE[w]} to clear" for w, k in whose.items() if w in WHOSE]
    if timed:
        parts.append(f"{in_words(timed)} {'clears' if timed == 1 else 'clear'} with time")
    if n == 1 and parts:
        return (Line(lead, parts[0].replace("one is", "It is").replace("one clears", "It clears") + "."),)
    if len(parts) == 1 and not timed:
        return (Line(lead, f"All are {WHOSE[next(iter(whose))]} to clear."),)
    text = ", ".join(parts)
    return (Line(lead, f"{text[:1].upper()}{text[1:]}." if text else ""),)


def in_words(n: int) -> str:
    """Numbers to ten are spelled."""
    return NUMBERS[n] if 0 <= n < len(NUMBERS) else str(n)


def rows_of(
    findings: tuple[Finding, ...], *, zone: ZoneInfo, names: Mapping[str, str], rules_url: str
) -> tuple[Row, ...]:
    """The findings with their words, in the order given. One that waits for others says so."""
    rows: list[Row] = []
    prescribers: list[int] = []
    for number, finding in enumerate(findings, start=1):
        said = say(finding, zone=zone, names=names)
        if finding.reason in AFTER_OTHERS and prescribers:
            said = said._replace(who=f"{said.who}, after {_listed(prescribers)}")
        elif finding.clearers[0] is Clearer.PRESCRIBER:
            prescribers.append(number)
        rows.append(_row(finding, said, rules_url))
    return tuple(rows)


def _row(finding: Finding, said: Said, rules_url: str) -> Row:
    held = finding.reason in HELD
    tone = "is-held" if held else "is-warning" if finding.opens else "is-refused"
    closed = finding.details.get("closed")
    href = f"{rules_url}#{finding.requirement}"
    ended = closed if isinstance(closed, datetime) and finding.level is Level.UNMET else None
    return Row(said, tone, finding.mark, finding.source, href, finding.opens, ended)


def _listed(numbers: list[int]) -> str:
    words = [str(n) for n in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def met_of(decision: Decision) -> tuple[Check, ...]:
    """What was asked and is met, in the edition's order."""
    edition = edition_of(decision)
    titles = {r.id: r.title for r in edition.requirements} if edition else {}
    return tuple(
        Check(titles.get(f.requirement, f.requirement), f.mark, f.until)
        for f in decision.findings
        if f.level is Level.MET
    )
