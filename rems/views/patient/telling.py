"""What a patient tells by themselves: something that happened, and their birth control."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policy import requires
from accounts.roles import Permission
from eligibility.vocabulary import Category
from patients.models import ContraceptionAttestation
from rems.actions import own as actions
from rems.forms.patient import SAME, MethodsForm, SameForm, TellForm
from rems.models import Enrollment
from rems.own_words import METHODS, NO_SEX
from rems.queries.own import enrollments_of, last_attestation
from rems.queries.prescriber import category_of
from rems.surveys import PARTNER_PREGNANT, SHARED, reports_for
from rems.views.doing import attempt
from rems.views.patient.cards import date_words
from rems.views.patient.common import Own, enrollment_of, own_page, show

STOPS_NOTHING = frozenset({PARTNER_PREGNANT.code, SHARED.code})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_RECORD)
@own_page
def report(request: HttpRequest, own: Own) -> HttpResponse:
    """A missed period, bleeding, a pregnancy: it goes to the prescriber and the program at once."""
    enrollment, category = _first(own)
    if enrollment is None or category is None:
        messages.info(request, _("Call your clinic. You are in no program here yet."))
        return redirect("my:home")
    form = TellForm(request.POST or None, asked=reports_for(category))
    about: dict[str, Any] = {"enrollment": enrollment, "teller": own.teller, "by": own.person}
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: actions.report(**about, **_typed(form), key=key))
    if status is None:
        messages.warning(request, _said(form.cleaned_data["what"]))
        return redirect("my:home")
    page = {"form": form, "female": not category.male}
    return show(request, own, "report", page, what="own_report", status=status)


def _said(what: str) -> str:
    """What follows: a partner's pregnancy and capsules that somebody else took stop nothing by themselves."""
    if what in STOPS_NOTHING:
        return _("Sent. Your clinic and the program know it now. They may call you.")
    return _("Sent. Your clinic and the program know it now. Take no more capsules. Call them.")


def _typed(form: TellForm) -> dict[str, Any]:
    return {"what": form.cleaned_data["what"], "since": form.cleaned_data["since"]}


def _first(own: Own) -> tuple[Enrollment | None, Category | None]:
    """The enrollment that a report goes by: it is about the patient, whatever the program."""
    for row in enrollments_of(own.person):
        assigned = category_of(row)
        if assigned is not None:
            return row, Category(assigned.category)
    return None, None


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ANSWER_PATIENT_SURVEYS)
@own_page
def contraception(request: HttpRequest, own: Own, pk: int) -> HttpResponse:
    """The birth control: whether it is still the same, or what it is now."""
    enrollment = enrollment_of(own, pk)
    assigned = category_of(enrollment)
    if assigned is None or not Category(assigned.category).can_get_pregnant:
        messages.info(request, _("This is not asked of you."))
        return redirect("my:home")
    last = last_attestation(enrollment)
    anew = last is None or request.GET.get("new") == "1"
    return _anew(request, own, enrollment) if anew or last is None else _same(request, own, enrollment, last)


def _same(request: HttpRequest, own: Own, enrollment: Enrollment, last: ContraceptionAttestation) -> HttpResponse:
    form = SameForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["still"] != SAME:
        return redirect(f"{request.path}?new=1")
    what = {"methods": last.methods, "abstinence": last.abstinence, "since": last.since}
    status = _attest(request, own, enrollment, form, what)
    if status is None:
        return redirect("my:home")
    page = {"form": form, "used": _used(last), "since": date_words(last.since) if last.since else ""}
    return show(request, own, "contraception", page, what="own_contraception", status=status)


def _anew(request: HttpRequest, own: Own, enrollment: Enrollment) -> HttpResponse:
    form = MethodsForm(request.POST or None)
    status = _attest(request, own, enrollment, form, None)
    if status is None:
        return redirect("my:home")
    return show(request, own, "contraception", {"form": form, "anew": True}, what="own_contraception", status=status)


def _attest(
    request: HttpRequest, own: Own, enrollment: Enrollment, form: SameForm | MethodsForm, what: dict[str, Any] | None
) -> int | None:
    """None: attested, and said so; else the status with which the form is shown. ``what``: None for what is typed."""
    if request.method != "POST":
        return 200

    def act(key: str) -> object:
        said = what if what is not None else {k: form.cleaned_data[k] for k in ("methods", "abstinence", "since")}
        return actions.attest(enrollment=enrollment, **said, teller=own.teller, by=own.person, key=key)

    status = attempt(form, act)
    if status is None:
        messages.success(request, _("Thank you. We wrote it down."))
    return status


def _used(last: ContraceptionAttestation) -> list[Any]:
    return [NO_SEX] if last.abstinence else [METHODS[method] for method in last.methods]
