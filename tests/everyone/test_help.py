"""Nobody has to guess: what a page is for, why a field is asked, which rule refuses."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from django.forms import Form
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse

import accounts.forms
import rems.forms
from accounts.roles import Role
from eligibility.findings import Decision, Finding, Level
from eligibility.reasons import Reason
from eligibility.scenarios import read_scenarios
from rems.forms.administration import Filters
from tests.people import person

TEMPLATES = Path("templates")
PARENTS = re.compile(r'{% extends "([^"]+)" %}')
FRAMES = {"base.html", "rems/link/page.html", "rems/patient/page.html", "rems/patient/inside.html"}
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


SCENARIOS = [s for f in sorted(Path("tests/scenarios").glob("*.yaml")) for s in read_scenarios(f)]
SAID = "{% load decisions %}{% notes d %}{% reasons d %}"
ANSWERS = [scenario.ask() for scenario in SCENARIOS]
LINK = re.compile(r'href="([^"]+)">Read the rule')


CANCELLED = {
    Reason.AUTHORIZATION_CANCELLED: "authorization-stands",
    Reason.CONFIRMATION_CANCELLED: "confirmation-stands",
}
"""Reasons that no scenario has, and the rules that they come from."""
NOT_A_REFUSAL = {Reason.PROGRAM_ENDED}
"""Nothing is asked any more, so no rule refuses; the verdict itself says so."""


@cache
def example_of(reason: Reason) -> Decision:
    """The first answer among the scenarios that has this reason."""
    if reason in CANCELLED:
        asked = SCENARIOS[0].ask()
        return asked._replace(findings=(Finding(CANCELLED[reason], Level.UNMET, reason, "Rule book", "D"),))
    return next(asked for asked in ANSWERS if reason in {finding.reason for finding in asked.findings})


@pytest.mark.django_db
@pytest.mark.parametrize("reason", sorted(set(Reason) - NOT_A_REFUSAL))
def test_each_reason_names_its_source_and_links_to_its_rule(reason: Reason, reader: Client) -> None:
    asked = example_of(reason)
    told = [finding for finding in asked.findings if finding.reason is not None]
    html = str(engines["django"].from_string(SAID).render({"d": asked}, RequestFactory().get("/")))
    links = LINK.findall(html)
    assert len(links) == len(told) == html.count('class="source"')
    for address in links:
        where, _, rule = address.partition("#")
        assert f'id="{rule}"' in _page(reader, where), f"{address} leads to no rule"
    assert all(finding.source in html.replace("&#x27;", "'").replace("&amp;", "&") for finding in told)


_read: dict[str, str] = {}


def _page(reader: Client, where: str) -> str:
    """A page of the rules, read once: it is the same for everybody."""
    if where not in _read:
        _read[where] = reader.get(where).content.decode()
    return _read[where]


@pytest.fixture
def reader() -> Client:
    """An auditor's browser."""
    client = Client()
    client.force_login(person("Per Halvorsen", Role.AUDITOR))
    return client


@pytest.mark.django_db
def test_where_no_rules_are_in_force_the_refusal_leads_to_the_programs(reader: Client) -> None:
    asked = example_of(Reason.NO_EDITION_IN_FORCE)
    html = str(engines["django"].from_string(SAID).render({"d": asked}, RequestFactory().get("/")))
    assert LINK.findall(html) == [f"{reverse('programs:list')}#edition-in-force"]


SELF_EVIDENT = {
    # who and where somebody is
    "Address", "Address, second line", "City", "ZIP code", "E-mail", "Fax", "Telephone", "First name", "Middle name",
    "Last name", "Name of the site", "Relationship to the patient", "Telephone of the parent or guardian", "Specialty",
    # the answer that the page is about
    "Result", "What was examined", "Another value, in mIU/mL", "Outcome", "What happened?", "What is right", "Role",
    "Cycles", "Product", "Capsules", "Program", "Site", "How does it leave?", "Medication Guide given", "How it ended",
    "Category on the prescription", "If another one: which", "Days on hand", "Sensitivity",
    "I counseled the patient on", "Was it justified?", "What you do",
    "What was done", "How, if it was dispensed", "Your decision", "Your answer", "Who are you?", "Is this still so?",
    "What do you use? Choose all that you use", "No sex with men at all",
    "What you say", "This is a refill", "It was given by voice", "Due by", "By e-mail", "By text message",
    "Language of messages", "Number for text messages",
    # a day, which the form itself explains where it may stay empty
    "Collected on", "Result known on", "Answered on", "Attested on", "Reported on", "Evaluated and counseled on",
    "Signed by the patient on", "Therapy ended on", "Last day",
    # signing in and signing, where label and page say it all
    "Password", "New password again", "Code", "Full name, typed by the patient", "Patient: type your full name",
    "Full name, typed by the parent or guardian", "Parent or guardian: type your full name",
}  # fmt: skip
"""Labels that need no reason beside them. A new field says why it is asked, or is looked at and stands here."""


def fields_without_reason() -> set[str]:
    """The labels of fields that people fill in and that say nothing more; a sentence to be ticked says it itself."""
    packages = [accounts.forms, *(import_module(f"rems.forms.{name}") for name in _modules())]
    every = (thing for module in packages for thing in vars(module).values() if _is_form(thing))
    fields = (field for form in every for field in form.base_fields.values() if not field.widget.is_hidden)
    return {str(field.label) for field in fields if not field.help_text and len(str(field.label)) < 44}


def _modules() -> list[str]:
    return [found.name.removeprefix("rems.forms.") for found in walk_packages(rems.forms.__path__, "rems.forms.")]


def _is_form(thing: object) -> bool:
    """A form that does something: a list is narrowed by fields that explain themselves."""
    return isinstance(thing, type) and issubclass(thing, Form) and not issubclass(thing, Filters)


def test_a_field_says_why_it_is_asked_or_needs_no_reason() -> None:
    found = fields_without_reason()
    assert found - SELF_EVIDENT == set(), "say why it is asked: help_text"
    assert SELF_EVIDENT - found == set(), "no such field is left without a reason"
