"""What the patient's pages share: which patient it is, who is at the phone, the language, the record of the view."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import never_cache

from accounts.languages import Language
from accounts.models import Person
from accounts.policy import person_of
from audit import context
from patients.models import Patient, PatientAccount
from patients.queries import account_of
from rems.actions.telling import Teller
from rems.models import Enrollment
from rems.queries.own import enrollments_of
from rems.views.seeing import viewed

GUARDIAN = "own.guardian"
"""Where a session keeps the name of the parent or guardian who is at the phone."""
PROGRAM_PHONE = "1-888-423-5436"

Params = ParamSpec("Params")


@dataclass(frozen=True, kw_only=True)
class Own:
    """The patient whose pages these are, and who is there."""

    account: PatientAccount
    teller: Teller
    person: Person

    @property
    def patient(self) -> Patient:
        """The one patient to whom the session is bound."""
        return self.account.patient


def own_page(
    view: Callable[Concatenate[HttpRequest, Own, Params], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Params], HttpResponse]:
    """A page of the patient who is signed in, in their language. 404 for a person who is no patient on record."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
        own = _own_of(request)
        with translation.override(own.account.language):
            return view(request, own, *args, **kwargs)

    return never_cache(shown)


def _own_of(request: HttpRequest) -> Own:
    person = person_of(request)
    account = account_of(person)
    if account is None:
        raise Http404
    guardian = str(request.session.get(GUARDIAN, ""))
    if guardian:
        context.identify(person, role="guardian")
    teller = Teller(name=guardian or account.patient.name, guardian=bool(guardian))
    return Own(account=account, teller=teller, person=person)


def enrollment_of(own: Own, pk: int) -> Enrollment:
    """One of the patient's own enrollments; 404 for any other."""
    return get_object_or_404(enrollments_of(own.person), pk=pk)


def show(
    request: HttpRequest, own: Own, template: str, page: dict[str, Any], *, what: str, status: int = 200
) -> HttpResponse:
    """A page, after the trail says that the patient, or the guardian, saw it."""
    viewed(request, what, [own.patient.pk], own.account, told_by=own.teller.name, guardian=own.teller.guardian)
    enrollments = list(enrollments_of(own.person))
    shared = {
        "own": own,
        "language": own.account.language,
        "languages": Language.choices,
        "clinic": next((row.prescriber for row in enrollments), None),
        "program_phone": PROGRAM_PHONE,
        "several": len(enrollments) > 1,
    }
    return render(request, f"rems/patient/{template}.html", shared | page, status=status)
