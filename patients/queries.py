"""What is known of patients, and who may be the same person twice."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Person
from patients.choices import STILL_OPEN, ReportKind, Subject
from patients.models import IdentityCorrection, Patient, PatientAccount, Report, ReportClosing

NEAR_DAYS = 31
SIMILAR = 0.75
"""How alike each of two names must be, 0 to 1: Gomez and Gomes are, Gomez and Lopez are not."""
SHORTENED = 0.9


def account_of(person: Person) -> PatientAccount | None:
    """Which patient this person is; None for everybody who is none."""
    return PatientAccount.objects.select_related("patient", "person").filter(person=person).first()


def person_of(patient: Patient) -> Person | None:
    """The person that the patient is on their own pages; None before a first link was made."""
    account: PatientAccount | None = getattr(patient, "account", None)
    return None if account is None else account.person


def likely_duplicates(*, first_name: str, last_name: str, born: date) -> list[Patient]:
    """Patients who may be the same person: same birth date and a similar name, or the same name
    (in either order) and a birth date that a slip could have made of this one. Likeliest first.
    """
    names = Q(first_name__iexact=first_name.strip(), last_name__iexact=last_name.strip())
    swapped = Q(first_name__iexact=last_name.strip(), last_name__iexact=first_name.strip())
    found = []
    for patient in Patient.objects.filter(Q(born=born) | names | swapped).order_by("pk"):
        likeness = _likeness((first_name, last_name), (patient.first_name, patient.last_name))
        if likeness >= SIMILAR and born_near(patient.born, born):
            found.append((patient.born != born, -likeness, patient.pk, patient))
    return [patient for *_, patient in sorted(found)]


def born_near(one: date, other: date) -> bool:
    """The same day, days at most a month apart, day and month exchanged, or one digit off."""
    if abs((one - other).days) <= NEAR_DAYS:
        return True
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return True
    return sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True)) == 1


def born_before_corrections(patient_ids: Sequence[int], instant: datetime) -> dict[int, date]:
    """The dates of birth that stood at ``instant``, of those patients whose date was corrected after it."""
    later = IdentityCorrection.objects.filter(
        patient__in=patient_ids, corrected_at__gt=instant, before__has_key="born"
    ).order_by("-corrected_at", "-pk")
    return {row.patient_id: date.fromisoformat(row.before["born"]) for row in later}


def ends(closing: ReportClosing) -> bool:
    """Whether this closing ends its report: an ongoing or unknown outcome leaves a pregnancy report open."""
    return closing.report.kind != ReportKind.PREGNANCY or closing.outcome not in STILL_OPEN


def with_ended(reports: QuerySet[Any]) -> QuerySet[Any]:
    """The reports, each with ``ended``: whether a closing that stands ends it, as ``ends`` says of one."""
    closings = ReportClosing.objects.current().filter(report=OuterRef("pk"))
    leaves_open = Q(outcome__in=STILL_OPEN, report__kind=ReportKind.PREGNANCY)
    return reports.annotate(ended=Exists(closings.exclude(leaves_open)))


def open_reports(patient_id: int) -> QuerySet[Report]:
    """The patient's reports that nothing has ended, oldest first; for lists and cases."""
    reports = with_ended(Report.objects.current().filter(patient_id=patient_id))
    return reports.filter(ended=False).order_by("opened_at", "pk")


def open_pregnancy_reports(patient_id: int) -> QuerySet[Report]:
    """Those of them that are pregnancy reports about the patient."""
    return open_reports(patient_id).filter(kind=ReportKind.PREGNANCY, subject=Subject.PATIENT)


def _likeness(one: tuple[str, str], other: tuple[str, str]) -> float:
    """Of the less alike of first and last name, in the order that fits better."""
    (first, last), (its_first, its_last) = map(_plain, one), map(_plain, other)
    straight = min(_alike(first, its_first), _alike(last, its_last))
    crossed = min(_alike(first, its_last), _alike(last, its_first))
    return max(straight, crossed)


def _alike(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=len)
    if shorter != longer and len(shorter) >= 3 and longer.startswith(shorter):
        return SHORTENED
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _plain(name: str) -> str:
    """Letters only, without capitals and accents."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalpha())
