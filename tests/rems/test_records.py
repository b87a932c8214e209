"""The gate's records, and what the database itself refuses."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Person
from patients.models import Patient
from pharmacies.models import Pharmacy
from prescribers.models import Prescriber
from rems.models import (
    Agreement,
    Authorization,
    CapsuleReturn,
    CategoryAssignment,
    Checklist,
    Confirmation,
    Counseling,
    DaysCounted,
    Decision,
    Deviation,
    Dispensing,
    DisplayFlag,
    Enrollment,
    Prescription,
    PrescriptionItem,
    Product,
    Transfer,
)
from rems.numbers import Kind, new_number
from tests.registry_cast import LENALIDOMIDE, NOON, a_patient, a_person, a_pharmacy, a_prescriber

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PRODUCTS = Path(__file__).resolve().parents[2] / "programs" / "products.csv"


class Course:
    """One patient from the enrollment to the dispensing, row by row."""

    def __init__(self) -> None:
        self.by: Person = a_person()
        self.patient: Patient = a_patient()
        self.prescriber: Prescriber = a_prescriber()
        self.pharmacy: Pharmacy = a_pharmacy()
        self.recorded: dict[str, Any] = {"recorded_at": NOON, "recorded_by": self.by}
        self.enrollment = Enrollment.objects.create(**self.enrolling())
        self.prescription = Prescription.objects.create(**self.prescribing())
        self.authorization = Authorization.objects.create(**self.authorizing())
        self.confirmation = Confirmation.objects.create(**self.confirming())

    def enrolling(self) -> dict[str, Any]:
        asked = {"patient": self.patient, "program": LENALIDOMIDE, "prescriber": self.prescriber}
        return asked | {"enrolled_at": NOON, "enrolled_by": self.by}

    def agreeing(self) -> dict[str, Any]:
        asked = {"enrollment": self.enrollment, "prescriber": self.prescriber, "category": "adult_male"}
        return asked | {"diagnosis": "C90.00", "signed_on": date(2026, 3, 2)} | self.recorded

    def assigning(self) -> dict[str, Any]:
        return {"enrollment": self.enrollment, "category": "adult_male", "since": NOON} | self.recorded

    def prescribing(self) -> dict[str, Any]:
        asked = {"enrollment": self.enrollment, "prescriber": self.prescriber, "days_supply": 28}
        return asked | {"written_at": NOON, "category": "adult_male"} | self.recorded

    def deciding(self, stage: str = "authorize") -> dict[str, Any]:
        asked = {"stage": stage, "outcome": "allowed", "program": LENALIDOMIDE, "at": NOON, "facts": {}}
        edition = {"edition": "2025-01-01", "edition_sha256": "0" * 64}
        return asked | edition | {"findings": [], "patient": self.patient, "by": self.by, "recorded_at": NOON}

    def decided(self, stage: str = "authorize") -> Decision:
        return Decision.objects.create(**self.deciding(stage))

    def authorizing(self) -> dict[str, Any]:
        asked = {"prescription": self.prescription, "patient": self.patient, "program": LENALIDOMIDE}
        window = {"issued_at": NOON, "closes_at": NOON + 30 * DAY}
        number = {"number": new_number(Kind.AUTHORIZATION).text, "category": "adult_male"}
        return asked | window | number | {"decision": self.decided(), "by": self.by}

    def confirming(self) -> dict[str, Any]:
        asked = {"authorization": self.authorization, "pharmacy": self.pharmacy, "by": self.by}
        hours = {"issued_at": NOON, "lapses_at": NOON + DAY}
        return asked | hours | {"number": new_number(Kind.CONFIRMATION).text, "decision": self.decided("confirm")}

    def dispensing(self) -> dict[str, Any]:
        numbers = {"authorization": self.authorization, "confirmation": self.confirmation, "patient": self.patient}
        asked = numbers | {"program": LENALIDOMIDE, "pharmacy": self.pharmacy, "handed_over_at": NOON, "method": "hand"}
        return asked | {"medication_guide": True, "days_supply": 28, "decision": self.decided(), "by": self.by}


@pytest.fixture
def course() -> Course:
    """A course that needs only the hand-over."""
    return Course()


Making = tuple[Any, Callable[[Course], dict[str, Any]], dict[str, Any], str]
WRONG: list[Making] = [
    (Enrollment, Course.enrolling, {}, "rems_enrollment_once"),
    (Enrollment, Course.enrolling, {"program": " "}, "program_given"),
    (Agreement, Course.agreeing, {"category": "adult"}, "category_known"),
    (Agreement, Course.agreeing, {"diagnosis": "cancer"}, "diagnosis_form"),
    (Agreement, Course.agreeing, {"signed_on": date(2026, 3, 5)}, "signed_past"),
    (Agreement, Course.agreeing, {"sha256": "x"}, "sha256_form"),
    (CategoryAssignment, Course.assigning, {"basis": "age"}, "basis_known"),
    (CategoryAssignment, Course.assigning, {"before": "adult"}, "before_known"),
    (CategoryAssignment, Course.assigning, {"since": NOON + HOUR}, "since_to_recorded_at"),
    (CategoryAssignment, Course.assigning, {"last_menses": date(2026, 3, 5)}, "last_menses_past"),
    (Prescription, Course.prescribing, {"days_supply": 0}, "days_positive"),
    (Prescription, Course.prescribing, {"written_at": NOON + HOUR}, "written_at_to_recorded_at"),
    (Prescription, Course.prescribing, {"category": "adult"}, "category_known"),
    (Decision, Course.deciding, {"stage": "later"}, "stage_known"),
    (Decision, Course.deciding, {"outcome": "maybe"}, "outcome_known"),
    (Decision, Course.deciding, {"edition_sha256": ""}, "edition_proven"),
    (Decision, Course.deciding, {"edition": ""}, "edition_proven"),
    (Authorization, Course.authorizing, {"number": "C" + "0" * 11}, "number_form"),
    (Authorization, Course.authorizing, {"number": "A" + "U" * 11}, "number_form"),
    (Authorization, Course.authorizing, {"closes_at": NOON - HOUR}, "rems_authorization_window"),
    (Authorization, Course.authorizing, {"cancelled_at": NOON}, "cancelled_together"),
    (Authorization, Course.authorizing, {"cancel_reason": "x"}, "cancelled_together"),
    (Confirmation, Course.confirming, {}, "rems_confirmation_one_open"),
    (Confirmation, Course.confirming, {"number": "A" + "0" * 11}, "number_form"),
    (Confirmation, Course.confirming, {"lapses_at": NOON}, "rems_confirmation_hours"),
    (Dispensing, Course.dispensing, {"medication_guide": False}, "guide_given"),
    (Dispensing, Course.dispensing, {"days_supply": 0}, "rems_dispensing_supply"),
    (Dispensing, Course.dispensing, {"method": "drone"}, "method_known"),
]


@pytest.mark.parametrize(("model", "making", "wrong", "constraint"), WRONG)
def test_the_database_refuses_by_itself(
    course: Course, model: Any, making: Callable[[Course], dict[str, Any]], wrong: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        model.objects.create(**(making(course) | wrong))


def test_one_prescription_is_authorized_once_and_one_authorization_dispensed_once(course: Course) -> None:
    with pytest.raises(IntegrityError, match="prescription_id"), transaction.atomic():
        Authorization.objects.create(**course.authorizing())
    Dispensing.objects.create(**course.dispensing())
    with pytest.raises(IntegrityError, match="authorization_id"), transaction.atomic():
        Dispensing.objects.create(**course.dispensing())


def test_a_cancelled_or_lapsed_confirmation_makes_room_for_the_next(course: Course) -> None:
    first = course.confirmation
    Confirmation.objects.filter(pk=first.pk).update(
        cancelled_at=NOON, cancelled_by=course.by, cancel_reason="Not in stock"
    )
    second = Confirmation.objects.create(**course.confirming())
    Confirmation.objects.filter(pk=second.pk).update(lapsed_at=NOON + DAY)
    assert Confirmation.objects.create(**course.confirming()).number not in {first.number, second.number}


@pytest.mark.parametrize(
    "change",
    [
        {"closes_at": NOON + 60 * DAY},
        {"number": "A" + "0" * 11},
        {"category": "adult_female_nrp"},
    ],
)
def test_an_authorization_stays_as_it_was_issued(course: Course, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="never changed"):
        Authorization.objects.update(**change)


def test_a_cancellation_is_written_once(course: Course) -> None:
    cancelled = {"cancelled_at": NOON, "cancelled_by": course.by, "cancel_reason": "Therapy changed"}
    Authorization.objects.update(**cancelled)
    undone = {"cancelled_at": None, "cancelled_by": None, "cancel_reason": ""}
    for change in (undone, {"cancel_reason": "Something else"}, {"cancelled_at": NOON + HOUR}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Authorization.objects.update(**change)


@pytest.mark.parametrize("model", [Decision, Dispensing, Prescription, Agreement, Transfer, Deviation, CapsuleReturn])
def test_what_was_decided_written_and_handed_over_cannot_be_changed_or_deleted(course: Course, model: Any) -> None:
    Dispensing.objects.create(**course.dispensing())
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(id=-1)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_the_products_of_the_file_are_there_with_their_marks() -> None:
    with PRODUCTS.open(newline="") as file:
        listed = {row["ndc"]: (row["program"], row["mark"]) for row in csv.DictReader(file)}
    assert {p.ndc: (p.program, p.mark) for p in Product.objects.all()} == listed
    assert str(Product.objects.get(ndc="59572-402-28")) == "Revlimid 2.5 mg"
    assert str(Product.objects.get(ndc="59572-410-28")) == "Revlimid 10 mg"


def test_a_prescription_names_each_strength_once_in_whole_capsules(course: Course) -> None:
    product = Product.objects.get(ndc="59572-410-28")
    PrescriptionItem.objects.create(prescription=course.prescription, product=product, capsules=21)
    for capsules in (21, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            PrescriptionItem.objects.create(prescription=course.prescription, product=product, capsules=capsules)


def test_one_counseling_of_a_prescription_stands_and_a_correction_supersedes_it(course: Course) -> None:
    row = {"prescription": course.prescription, "counseled_at": NOON} | course.recorded
    first = Counseling.objects.create(**row)
    with pytest.raises(IntegrityError, match="one_of_prescription"), transaction.atomic():
        Counseling.objects.create(**row)
    second = Counseling.objects.create(**row, supersedes=first, correction_reason="Wrong hour")
    assert list(course.prescription.counseling_set.current()) == [second]


def test_checklist_and_count_belong_to_the_number_and_their_patient(course: Course) -> None:
    of_number = {"authorization": course.authorization} | course.recorded
    checklist = Checklist.objects.create(**of_number, category="adult_male", points=["a"], complete=False)
    counted = DaysCounted.objects.create(**of_number, days=7)
    assert checklist.patient_id == counted.patient_id == course.confirmation.patient_id == course.patient.pk
    with pytest.raises(IntegrityError, match="days"):
        DaysCounted.objects.create(**of_number, days=-1)


def test_a_flag_stands_once_until_it_is_cleared(course: Course) -> None:
    row = {"enrollment": course.enrollment, "kind": "overdue", "what": "test_calendar", "due_at": NOON}
    DisplayFlag.objects.create(**row, raised_at=NOON)
    with pytest.raises(IntegrityError, match="raised_once"), transaction.atomic():
        DisplayFlag.objects.create(**row, raised_at=NOON)
    DisplayFlag.objects.update(cleared_at=NOON + HOUR)
    assert DisplayFlag.objects.create(**row, raised_at=NOON + HOUR).patient_id == course.patient.pk
