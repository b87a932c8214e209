"""The forms of a page as a browser would send them, whatever they ask."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from tests.people import PASSWORD

WRITTEN = {"text", "textarea", "email", "tel", "number", "date", "search", "password", "hidden"}
YESTERDAY = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011 - a day that somebody types
PLAUSIBLE = {
    "day": YESTERDAY,
    "clock": "08:40",
    "born": "1985-04-02",
    "signed_on": YESTERDAY,
    "since": "2026-01-02",
    "starts_on": YESTERDAY,
    "education_completed_on": YESTERDAY,
    "completed_on": YESTERDAY,
    "days_supply": "28",
    "capsules": "21",
    "capsules_1": "21",
    "diagnosis": "C90.0",
    "state": "NY",
    "zip_code": "10001",
    "phone": "555-555-0142",
    "fax": "555-555-0143",
    "email": "somebody@example.org",
    "npi": "1234567893",
    "ncpdp_id": "3151261",
    "password": PASSWORD,
}


@dataclass
class Field:
    """One field: its kind, what stands in it, what may be chosen."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form that is sent by POST, and where to."""

    action: str
    fields: dict[str, Field]

    @property
    def written(self) -> list[str]:
        """The names of what one types or a page hides."""
        return [f.name for f in self.fields.values() if f.kind in WRITTEN and f.name != "csrfmiddlewaretoken"]

    def filled(self) -> dict[str, Any]:
        """The form as somebody would send it: something plausible everywhere."""
        return {f.name: _answer(f) for f in self.fields.values() if f.name != "csrfmiddlewaretoken"}


def _answer(asked: Field) -> str:
    if asked.kind == "checkbox":
        return asked.value or "on"
    if asked.choices:
        return next((choice for choice in asked.choices if choice), "")
    return PLAUSIBLE.get(asked.name) or asked.value or "Something"


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            posted = given.get("method", "get").lower() == "post"
            self._form = Form(given.get("action") or self.address, {}) if posted else None
        if self._form is None:
            return
        if tag == "option" and self._select is not None:
            self._select.choices.append(given.get("value", ""))
        name = given.get("name", "")
        if tag in {"input", "textarea", "select"} and name:
            kind = given.get("type", "text") if tag == "input" else tag
            asked = self._form.fields.setdefault(name, Field(name, kind, given.get("value", "")))
            if kind in {"radio"}:
                asked.choices.append(given.get("value", ""))
            self._select = asked if tag == "select" else self._select

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "form" and self._form is not None:
            self.forms.append(self._form)
            self._form = None


def forms_of(client: Client, address: str) -> Iterator[Form]:
    """Every form on the page that the address shows; signing out is left out. A file has none."""
    answer = client.get(address, follow=True)
    if answer.streaming:
        b"".join(answer)
        return
    shown = answer.redirect_chain[-1][0] if answer.redirect_chain else address
    reader = _Reader(shown)
    reader.feed(answer.content.decode())
    for form in reader.forms:
        if form.fields and "sign-out" not in form.action:
            yield form
