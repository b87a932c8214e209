"""The sentences for findings: what stands in the way, who clears it, what to do. Read from wording.toml."""

import string
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from eligibility.calendar import day_of
from eligibility.editions import programs
from eligibility.findings import Finding
from eligibility.moments import count_words, day_words, moment_words
from eligibility.vocabulary import CATEGORY_WORDS, Category

FILE = Path(__file__).with_name("wording.toml")
UNSAID = "an unknown value"
PARTS = ("title", "sentence", "who", "what")


class Said(NamedTuple):
    """A finding in words. ``code`` is the reason's own name."""

    title: str
    sentence: str
    who: str
    what: str
    code: str


class WordingError(Exception):
    """A finding for which the wording file has no words."""


def say(finding: Finding, *, zone: ZoneInfo, names: Mapping[str, str]) -> Said:
    """The finding as a person reads it, with the edition's numbers and the people's names.

    ``names`` may give patient, prescriber, site, program, drug and case; what it leaves out is said
    in general words. ``zone``: the program's. WordingError for a finding without a reason, or a
    reason without words.
    """
    if finding.reason is None:
        raise WordingError(f"{finding.requirement} is met: there is nothing to say")
    texts = template(finding.reason.value, finding.case)
    known = {name: text for name, text in names.items() if text}
    filled = Filler(zone, {**wording()["absent"], **known, **_details(finding)})
    title, sentence, who, what = (filled.fill(texts[part]) for part in PARTS)
    return Said(title, sentence, who, what, finding.reason.value)


def _details(finding: Finding) -> dict[str, Any]:
    """What the engine found. The program that it names is that of a number, not the one that was asked."""
    details: dict[str, Any] = {name: value for name, value in finding.details.items() if value is not None}
    if finding.opens is not None:
        details["opens"] = finding.opens
    if program := details.pop("program", None):
        editions = programs().get(program)
        details["number_program"] = editions[-1].name if editions else program
    return details


def template(code: str, case: str) -> dict[str, str]:
    """The four texts of a reason, those of the case before those of the reason."""
    entry = wording()["reasons"].get(code)
    if entry is None:
        raise WordingError(f"no words for {code}")
    special = entry.get("case", {}).get(str(case), {})
    texts = {part: special.get(part, entry.get(part, "")) for part in PARTS}
    if missing := [part for part in PARTS if not texts[part]]:
        raise WordingError(f"no {', '.join(missing)} for {code}, case {case or 'none'}")
    return texts


@cache
def wording() -> Mapping[str, Any]:
    """The wording file, read once."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def word_for(code: str) -> str:
    """A code of the field as people read it: ``iud`` is IUD."""
    if code in set(Category):
        return CATEGORY_WORDS[Category(code)]
    words: Mapping[str, str] = wording()["words"]
    return words.get(code, code.replace("_", " "))


def value_name(field: str) -> str:
    """What a value of a requirement is called: ``max_days`` is At most."""
    names: Mapping[str, str] = wording()["values"]
    return names.get(field, field.replace("_", " ").capitalize())


class Filler(string.Formatter):
    """Fills ``{name:as}``. As: day, moment, days, weeks, words; unknown values are said to be unknown."""

    def __init__(self, zone: ZoneInfo, values: Mapping[str, Any]) -> None:
        self.zone = zone
        self.values = values

    def fill(self, text: str) -> str:
        """The text with its values, begun with a capital."""
        filled: str = self.format(text)
        return filled[:1].upper() + filled[1:]

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        """A detail or a name; what is not known is said so."""
        return self.values.get(str(key), UNSAID)

    def format_field(self, value: Any, format_spec: str) -> str:
        """A value in the way that the text asks for."""
        match format_spec:
            case "day" | "moment":
                return self._when(value, moment=format_spec == "moment")
            case "days":
                return count_words(value, "day") if isinstance(value, int) else f"{value} days"
            case "weeks":
                weeks, days = divmod(int(value), 7) if isinstance(value, int) else (0, 1)
                return count_words(weeks, "week") if not days else f"{value} days"
            case "words":
                return ", ".join(word_for(code) for code in str(value).split(", "))
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _when(self, value: Any, *, moment: bool) -> str:
        """Days and moments; a text is one that was kept, or says that it is not known."""
        if isinstance(value, str):
            text = value
            try:
                value = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
            except ValueError:
                return text
        if moment and isinstance(value, datetime):
            return moment_words(value, zone=self.zone)
        return day_words(day_of(value, self.zone))
