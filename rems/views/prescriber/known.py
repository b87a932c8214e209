"""Nothing is asked twice: what is on record is offered to the forms. Nothing that attests is preselected."""

from typing import Any

from django.http import HttpRequest

from patients.models import ContraceptionAttestation, Patient
from rems.forms.prescriber.contraception import typed_contraception
from rems.forms.prescriber.enrollment import Asked
from rems.models import Enrollment
from rems.queries import record
from rems.queries.in_force import Values

UNCHANGED = "unchanged"


def last_attested(patient: Patient) -> ContraceptionAttestation | None:
    """What is offered for "unchanged"."""
    return record.newest_attestation(patient)


def wants_unchanged(request: HttpRequest) -> bool:
    """Whether somebody asked for the last answers, by their own click."""
    return request.method != "POST" and UNCHANGED in request.GET


def contraception_of(request: HttpRequest, patient: Patient, values: Values) -> dict[str, Any]:
    """The last answers about contraception where they were asked for; else nothing."""
    last = last_attested(patient) if wants_unchanged(request) else None
    if last is None:
        return {}
    return typed_contraception(methods=last.methods, abstinence=last.abstinence, since=last.since, in_force=values)


def diagnosis_of(enrollments: list[Enrollment]) -> dict[str, Any]:
    """The diagnosis of the newest agreement in these enrollments."""
    newest = record.newest_agreement(enrollments)
    return {"diagnosis": newest.diagnosis} if newest else {}


def offered(request: HttpRequest, patient: Patient, form: object) -> dict[str, Any]:
    """What the page of an agreement or an attestation offers beside the form that asks about contraception."""
    asks = form is not None and (not isinstance(form, Asked) or form.asks_contraception)
    last = last_attested(patient) if asks else None
    if last is None:
        return {}
    query = request.GET.copy()
    query[UNCHANGED] = "1"
    return {"last": last, "unchanged_href": f"?{query.urlencode()}", "filled_in": wants_unchanged(request)}


def answering(patient: Patient) -> list[tuple[str, str]]:
    """Who answers for the patient: the names that the record holds."""
    names = [(patient.name, "the patient"), (patient.guardian_name, patient.guardian_relationship or "guardian")]
    return [(name, who) for name, who in names if name]
