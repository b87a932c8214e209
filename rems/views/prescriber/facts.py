"""Recording what is known of a patient. One view for each kind, because each has its own permission."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from eligibility.moments import count_words
from patients import actions
from patients.actions.results import ATTESTED
from patients.choices import DateKind
from patients.models import Patient
from rems.forms.prescriber.events import FirstDoseForm, InterruptionForm, ReportForm, TherapyEndForm
from rems.forms.prescriber.facts import AttestationForm, CycleForm, FactForm, MenarcheForm, TestForm
from rems.forms.suggesting import CHOSEN, suggest
from rems.models import Enrollment
from rems.queries import record
from rems.queries.standing import standings
from rems.views.doing import attempt
from rems.views.prescriber.common import enrollment_of, in_force, must_be_own, now, patient_of, show, zone_of
from rems.views.prescriber.known import answering, contraception_of, offered

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@requires(Permission.RECORD_FACTS)
def record_test(request: HttpRequest, number: str) -> HttpResponse:
    """One result. It counts from the moment at which the specimen was collected."""
    found, enrollments = patient_of(request, number)
    form = TestForm(request.POST or None, zone=zone_of(), in_force=in_force(request, enrollments))
    status = _entered(request, form, lambda key: _test(request, found, form, key), done="Recorded the test.")
    if status is None:
        _say_late(request, form)
        return redirect("prescriber:patient", number)
    page = {
        "form": form,
        "standings": standings(enrollments, at=now(request)),
        "newest": record.sections_of(found, zone=zone_of())[0].rows[:3],
    }
    return show(request, "record_test", page, patient=found, enrollments=enrollments, status=status)


def _say_late(request: HttpRequest, form: TestForm) -> None:
    """A late entry is kept with both times, and opens no window that has passed."""
    days = (now(request).astimezone(form.zone).date() - form.cleaned_data["day"]).days
    if days > 1:
        messages.warning(
            request,
            f"Late entry: collected {days} days ago. It is kept with both times and counts in the calendar "
            "as of its collection; it opens no window that has passed.",
        )


def _test(request: HttpRequest, found: Patient, form: TestForm, key: str) -> object:
    return actions.record_test(patient=found, **form.values(), by=person_of(request), key=key)


def _entered(request: HttpRequest, form: FactForm, act: Callable[[str], object], *, done: str) -> int | None:
    """None: recorded, and said so; else the status with which the form is shown."""
    if request.method != "POST":
        return 200
    status = attempt(form, act)
    if status is None:
        messages.success(request, done)
    return status


def _entry(
    request: HttpRequest,
    found: Patient,
    enrollments: list[Enrollment],
    form: FactForm,
    act: Callable[..., object],
    **words: Any,
) -> HttpResponse:
    """A page with one form about a patient, and the redirect once it is recorded."""
    given = words.pop("given", {})

    def do(key: str) -> object:
        signed = {"given": form.given()} if form.asks_signature else {}
        return act(patient=found, **given, **form.values(), **signed, by=person_of(request), key=key)

    status = _entered(request, form, do, done=words.pop("done"))
    if status is None:
        return redirect("prescriber:patient", found.number)
    return show(request, "entry", {"form": form} | words, patient=found, enrollments=enrollments, status=status)


@get_or_post
@requires(Permission.ATTEST)
def record_attestation(request: HttpRequest, number: str) -> HttpResponse:
    """What the patient attests about contraception. A change is a new attestation."""
    found, enrollments = patient_of(request, number)
    must_be_own(request, enrollments)
    values = in_force(request, enrollments)
    form = AttestationForm(
        request.POST or None,
        zone=zone_of(),
        in_force=values,
        request=request,
        initial=contraception_of(request, found, values),
    )
    suggest(form, "attested_by_name", answering(found), takes=CHOSEN)
    return _entry(
        request,
        found,
        enrollments,
        form,
        actions.record_attestation,
        title="Record contraception",
        purpose="Two methods at once, one of them highly effective, or abstinence. A change is a new attestation.",
        verb="Record the attestation",
        meaning=ATTESTED,
        done="Recorded the attestation.",
        **offered(request, found, form),
    )


@get_or_post
@requires(Permission.RECORD_FACTS)
def record_cycle(request: HttpRequest, number: str) -> HttpResponse:
    """How the cycles are from now on."""
    found, enrollments = patient_of(request, number)
    return _entry(
        request,
        found,
        enrollments,
        CycleForm(request.POST or None, zone=zone_of(), in_force=in_force(request, enrollments)),
        actions.record_cycle,
        title="Record cycles",
        purpose="Decides how often she is tested. When cycles become irregular, the next test may be due earlier.",
        verb="Record the cycles",
        done="Recorded the cycles.",
    )


@get_or_post
@requires(Permission.RECORD_FACTS)
def record_menarche(request: HttpRequest, number: str) -> HttpResponse:
    """A girl's first period. Nothing is authorized until her category was changed."""
    found, enrollments = patient_of(request, number)
    return _entry(
        request,
        found,
        enrollments,
        MenarcheForm(request.POST or None, zone=zone_of(), in_force=in_force(request, enrollments)),
        actions.record_menarche,
        title="Record a first period",
        purpose="Nothing is authorized after it until the category was changed on a new agreement.",
        verb="Record the first period",
        done="Recorded the first period. Change the category next.",
    )


@get_or_post
@requires(Permission.RECORD_FACTS)
def record_report(request: HttpRequest, number: str) -> HttpResponse:
    """A missed period, bleeding or a pregnancy. It holds everything at once."""
    found, enrollments = patient_of(request, number)
    return _entry(
        request,
        found,
        enrollments,
        ReportForm(request.POST or None, zone=zone_of(), in_force=in_force(request, enrollments)),
        actions.open_report,
        title="Report a missed period, bleeding or pregnancy",
        purpose="Nothing is dispensed until it is closed. A pregnancy is also reported to the program "
        "(1-888-423-5436) and to FDA MedWatch (1-800-FDA-1088).",
        verb="Report",
        done="Reported. Nothing is dispensed until it is closed.",
    )


DATES: dict[str, tuple[DateKind, type[FactForm], Callable[..., object], str, str]] = {
    "first-dose": (
        DateKind.FIRST_DOSE,
        FirstDoseForm,
        actions.record_first_dose,
        "Record the first dose",
        "Day 0 of the test calendar. A test taken before it counts as taken on it.",
    ),
    "interruption": (
        DateKind.INTERRUPTION,
        InterruptionForm,
        actions.record_interruption,
        "Record an interruption",
        "The test calendar and contraception go on through it.",
    ),
    "end": (
        DateKind.END,
        TherapyEndForm,
        actions.record_therapy_end,
        "Record the end of therapy",
        "An interruption is no end. After {stopped} a new agreement is needed.",
    ),
}


@get_or_post
@requires(Permission.RECORD_FACTS)
def record_date(request: HttpRequest, number: str, program: str, kind: str) -> HttpResponse:
    """First dose, interruption or end of therapy in one program."""
    enrollment = enrollment_of(request, number, program)
    _, form, act, title, purpose = DATES[kind]
    values = in_force(request, [enrollment])
    return _entry(
        request,
        enrollment.patient,
        [enrollment],
        form(request.POST or None, zone=zone_of(enrollment), in_force=values),
        act,
        given={"program": program},
        title=title,
        purpose=purpose.format(stopped=count_words(values.re_enroll_months, "month")),
        verb=title,
        done="Recorded.",
        enrollment=enrollment,
    )
