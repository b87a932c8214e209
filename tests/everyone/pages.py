"""Every page that somebody may look at, found from the routes: a new page is among them without a line here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

from accounts.languages import Language
from accounts.roles import Role
from audit import clock
from eligibility.vocabulary import Category
from patients.actions import open_report
from rems.actions.links import make_link
from rems.actions.own import answer_question
from rems.actions.own_access import make_patient_link
from rems.actions.telling import Teller
from rems.models import Enrollment, Prescription
from rems.queries.prescriber import categories_of
from rems.surveys import questions_for
from tests.adversary.routes import OPEN, ROUTES, Route, address
from tests.adversary.world import World


class Leaf(NamedTuple):
    """A page and who looks at it; nobody in particular where it asks nobody to sign in.

    ``language``: which of theirs a patient has chosen; '' for what is in one language only.
    """

    name: str
    where: str
    role: Role | None
    language: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.where} as {self.role or 'nobody'} {self.language}".rstrip()

    @property
    def is_own(self) -> bool:
        """Whether patients read it on their phones."""
        return self.name.startswith("my:") or self.name in {"patient_link", "agreement_link"}


@dataclass(kw_only=True)
class Further:
    """Rows for the pages that the world's own rows lead away from: what is done opens no form any more.

    ``token``: of a link to sign an agreement; ``own``: of one to a patient's own pages, in which ``answering``
    has all answers of a survey that is not sent yet.
    """

    evaluated: str
    asked: int
    token: str
    own: str
    answering: Enrollment
    questions: int

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Routes, and where each of them shows a form."""
        yield "prescriber:evaluate", reverse("prescriber:evaluate", args=[self.evaluated])
        for name in ("prescription", "counsel", "answer_survey"):
            yield f"prescriber:{name}", reverse(f"prescriber:{name}", args=[self.asked])
        yield "agreement_link", reverse("agreement_link", args=[self.token])

    def own_addresses(self) -> Iterator[tuple[str, str]]:
        """What patients read beside the first page of each route: every question, and what they use anew."""
        yield "patient_link", reverse("patient_link", args=[self.own])
        survey = reverse("my:survey", args=[self.answering.pk])
        yield from (("my:survey", f"{survey}?q={number}") for number in range(1, self.questions + 1))
        yield "my:contraception", f"{reverse('my:contraception', args=[self.answering.pk])}?new=1"


def further(everybody: World) -> Further:
    """A prescription without a number, an evaluation that is open, links that were sent, a survey that is not."""
    rows = everybody.ours.rows
    open_report(patient=rows.patient, kind="missed_period", subject="patient", by=rows.doctor)
    written = Prescription.objects.create(
        enrollment=rows.enrollment,
        prescriber=rows.prescriber,
        written_at=clock.now(),
        days_supply=28,
        category="adult_female_rp",
        recorded_at=clock.now(),
        recorded_by=rows.doctor,
    )
    made = make_link(prepared=everybody.ours.prepared, by=rows.doctor)
    return Further(
        evaluated=rows.patient.number,
        asked=written.pk,
        token=made.token,
        own=make_patient_link(patient=rows.patient, by=rows.doctor).token,
        answering=rows.enrollment,
        questions=_answered(everybody),
    )


def _answered(everybody: World) -> int:
    """How many questions the patient has answered, all without a worry: the survey waits to be sent."""
    enrollment, patient = everybody.ours.rows.enrollment, everybody.ours.patient
    questions = questions_for(Category(categories_of([enrollment])[enrollment.pk].category))
    for question in questions:
        calm = "yes" if question.wrong == "no" else "no"
        answer_question(
            enrollment=enrollment, question=question.code, answer=calm, teller=Teller(name=patient.name), by=patient
        )
    return len(questions)


def leaves(everybody: World) -> Iterator[Leaf]:
    """Every page as each role that may look at it, of both sides where they differ; patients' pages come last."""
    more = further(everybody)
    rows = dict(more.addresses())
    every = [leaf for name, route in ROUTES.items() if route.looks for leaf in _leaves_of(name, route, rows, everybody)]
    yield from (leaf for leaf in every if not leaf.is_own)
    for language in Language.values:
        yield from (leaf._replace(language=language, where=_in(language, leaf)) for leaf in every if leaf.is_own)
        for name, where in more.own_addresses():
            for role in _lookers(ROUTES[name]):
                leaf = Leaf(name, where, role, language)
                yield leaf._replace(where=_in(language, leaf))


def _leaves_of(name: str, route: Route, rows: dict[str, str], everybody: World) -> Iterator[Leaf]:
    places = [address(name, everybody.ours), *([rows[name]] if name in rows else [])]
    if route.names_row:
        places.append(address(name, everybody.theirs))
    for where in dict.fromkeys(places):
        yield from (Leaf(name, where, role) for role in _lookers(route))


def _in(language: str, leaf: Leaf) -> str:
    """Where nobody is signed in, the address says the language."""
    return leaf.where if leaf.role else f"{leaf.where}?lang={language}"


def _lookers(route: Route) -> list[Role | None]:
    return [None] if route.policy in OPEN else [role for role in Role if role in route.roles]
