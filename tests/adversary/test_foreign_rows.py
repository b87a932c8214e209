"""Somebody else's rows in what is sent: refused at the field, or not found; nothing is stored."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.actions import create_person, grant_role
from accounts.models import RoleGrant
from accounts.people import system_person
from accounts.roles import Role
from audit import clock
from audit.facts import InvalidFact
from eligibility import Stage
from patients.actions import record_first_dose, record_survey, record_therapy_end
from patients.models import PatientSurvey, Report, TherapyDate
from rems import models
from rems.actions import enrollment as enrolling
from rems.actions import gate, prescribing
from rems.actions.standing import Forbidden
from tests.adversary.world import OTHER_PROGRAM, PROGRAM, Side, browser, product, side, somebody
from tests.people import PASSWORD
from tests.rems import counter
from tests.rems.scenario_rows import Rows

pytestmark = pytest.mark.django_db


def send(client: Client, view: str, *args: object, **typed: Any) -> HttpResponse:
    return client.post(reverse(view, args=args), {"key": str(uuid4())} | typed)  # type: ignore[return-value]


def errors(answer: Any, field: str) -> list[str]:
    return list(answer.context["form"].errors.get(field, []))


def test_a_product_of_another_program_is_not_prescribed() -> None:
    rows = counter.at_the_counter(counter.male, Stage.AUTHORIZE)
    before = models.Prescription.objects.count()
    typed = {"product_1": product(OTHER_PROGRAM).pk, "capsules_1": 21, "days_supply": 28, "category": "adult_male"}
    answer = send(browser(rows.doctor), "prescriber:prescribe", rows.patient.number, PROGRAM, **typed)
    assert (answer.status_code, bool(errors(answer, "product_1"))) == (422, True)
    with pytest.raises(InvalidFact):
        prescribing.prescribe(
            enrollment=rows.enrollment,
            items=[(product(OTHER_PROGRAM), 21)],
            days_supply=28,
            category="adult_male",
            by=rows.doctor,
        )
    assert models.Prescription.objects.count() == before


def test_a_pharmacist_chooses_no_site_of_others() -> None:
    ours, theirs = side(), side(counter.male)
    client = browser(ours.rows.pharmacist)
    for site in (theirs.site.pk, "0", "-1", str(10**30), "1 OR 1=1", "\0", ""):
        answer = send(client, "pharmacy:site", site=site)
        assert (answer.status_code, bool(errors(answer, "site"))) == (422, True), site
        assert client.session.get("pharmacy_site") is None, site


def returned(ours: Side, number: str, program: str = PROGRAM, **typed: Any) -> HttpResponse:
    sent = {"number": number, "product": product(program).pk, "capsules": "3"} | typed
    return send(browser(ours.rows.pharmacist), "pharmacy:returns", **sent)


def test_capsules_come_back_from_the_sites_own_patients_and_programs_alone() -> None:
    ours, theirs = side(), side(counter.male)
    for number in (theirs.rows.patient.number, theirs.rows.confirmed.number, "P-0000000", "P-9" * 20):
        answer = returned(ours, number)
        assert (answer.status_code, bool(errors(answer, "number"))) == (422, True), number
    for number in (ours.rows.number.number, ours.rows.patient.number):
        answer = returned(ours, number, OTHER_PROGRAM)
        assert (answer.status_code, bool(errors(answer, "product"))) == (422, True), number
    assert not models.CapsuleReturn.objects.exists()
    assert returned(ours, ours.rows.patient.number).status_code == 302


def test_a_return_that_is_sent_again_with_other_content_is_told_so() -> None:
    ours = side()
    assert returned(ours, ours.rows.patient.number, key="one").status_code == 302
    assert returned(ours, ours.rows.patient.number, key="one").status_code == 302
    again = returned(ours, ours.rows.patient.number, key="one", capsules="5")
    assert again.status_code == 409
    assert [row.capsules for row in models.CapsuleReturn.objects.all()] == [3]


def test_a_report_or_a_test_of_another_patient_is_not_corrected() -> None:
    ours, theirs = side(), side(counter.on_treatment)
    ana = browser(ours.rows.doctor)
    for kind, pk in (("report", theirs.report.pk), ("test", theirs.test_id), ("date", theirs.dose.pk)):
        for number in (ours.rows.patient.number, theirs.rows.patient.number):
            answer = send(ana, "prescriber:correct", number, kind, pk, void="on", correction_reason="Not mine")
            assert answer.status_code == 404
    assert not Report.objects.filter(void=True).exists()


def enrolled_with_both() -> tuple[Rows, Rows, models.Enrollment]:
    """Ana's patient, whom another prescriber has in another program."""
    ours, theirs = (counter.at_the_counter(described, Stage.AUTHORIZE) for described in (counter.male, counter.male))
    other = models.Enrollment.objects.create(
        patient=ours.patient,
        program=OTHER_PROGRAM,
        prescriber=theirs.prescriber,
        enrolled_at=clock.now(),
        enrolled_by=theirs.doctor,
    )
    return ours, theirs, other


def test_the_therapy_and_surveys_of_another_prescribers_program_are_not_ones_own_to_correct() -> None:
    ours, theirs, _ = enrolled_with_both()
    today = clock.local_date(clock.now())
    end = record_therapy_end(patient=ours.patient, program=OTHER_PROGRAM, starts_on=today, by=theirs.doctor)
    survey = record_survey(
        patient=ours.patient, program=OTHER_PROGRAM, answers={}, answered_by="Mary Major", by=theirs.doctor
    )
    ana = browser(ours.doctor)
    for kind, pk in (("date", end.pk), ("survey", survey.pk)):
        sent = {"void": "on", "correction_reason": "It disturbs me", "starts_on": "2026-01-02"}
        assert send(ana, "prescriber:correct", ours.patient.number, kind, pk, **sent).status_code == 404
    assert TherapyDate.objects.current().filter(pk=end.pk).exists()
    assert PatientSurvey.objects.current().filter(pk=survey.pk).exists()


def test_a_delegate_who_is_a_prescriber_elsewhere_corrects_nothing_of_the_others_program() -> None:
    ours, theirs, _ = enrolled_with_both()
    theirs.prescriber.delegates.create(person=ours.doctor, named_at=clock.now(), named_by=theirs.doctor)
    today = clock.local_date(clock.now())
    end = record_therapy_end(patient=ours.patient, program=OTHER_PROGRAM, starts_on=today, by=theirs.doctor)
    sent = {"void": "on", "correction_reason": "It disturbs me"}
    answer = send(browser(ours.doctor), "prescriber:correct", ours.patient.number, "date", end.pk, **sent)
    assert answer.status_code == 403
    assert TherapyDate.objects.current().filter(pk=end.pk).exists()


Refused = Callable[[Rows, Rows], object]
ACTS: dict[str, Refused] = {
    "prescribe": lambda ours, theirs: prescribing.prescribe(
        enrollment=ours.enrollment, items=[(product(), 21)], days_supply=28, category="", by=theirs.doctor
    ),
    "counsel": lambda ours, theirs: prescribing.record_counseling(prescription=ours.prescription, by=theirs.doctor),
    "survey": lambda ours, theirs: prescribing.answer_prescriber_survey(
        prescription=ours.prescription, answers={}, by=theirs.doctor
    ),
    "authorize": lambda ours, theirs: gate.authorize(prescription=ours.prescription, by=theirs.doctor),
    "cancel": lambda ours, theirs: gate.cancel_authorization(authorization=ours.number, reason="x", by=theirs.doctor),
    "category": lambda ours, theirs: enrolling.change_category(
        enrollment=ours.enrollment,
        category="adult_male",
        reason="x",
        diagnosis="C90.0",
        signed_on=clock.local_date(clock.now()),
        patient_name="Mary Major",
        by=theirs.doctor,
    ),
    "agreement": lambda ours, theirs: enrolling.re_enroll(
        enrollment=ours.enrollment,
        signed_on=clock.local_date(clock.now()),
        patient_name="Mary Major",
        by=theirs.doctor,
    ),
    "transfer": lambda ours, theirs: enrolling.transfer(
        enrollment=ours.enrollment, prescriber=theirs.prescriber, reason="I want her", by=theirs.doctor
    ),
    "enroll in another's name": lambda ours, theirs: enrolling.enroll(
        patient=ours.patient,
        program=OTHER_PROGRAM,
        prescriber=ours.prescriber,
        category="adult_male",
        diagnosis="C90.0",
        signed_on=clock.local_date(clock.now()),
        patient_name="Mary Major",
        by=theirs.doctor,
    ),
    "confirm": lambda ours, theirs: gate.confirm(
        authorization=ours.number, pharmacy=ours.site, category="adult_male", by=theirs.pharmacist
    ),
    "hand over": lambda ours, theirs: gate.hand_over(
        confirmation=ours.confirmed, method="hand", medication_guide=True, by=theirs.pharmacist
    ),
    "give back": lambda ours, theirs: gate.cancel_confirmation(
        confirmation=ours.confirmed, reason="x", by=theirs.pharmacist
    ),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_itself_refuses_the_right_role_at_the_wrong_place(act: Refused) -> None:
    ours, theirs = (counter.at_the_counter(counter.male, Stage.HAND_OVER) for _ in range(2))
    decisions = models.Decision.objects.count()
    with pytest.raises(Forbidden):
        act(ours, theirs)
    assert models.Decision.objects.count() == decisions


def test_a_yes_put_right_in_a_survey_is_reported_as_one_said_at_once() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    ana, number = browser(rows.doctor), rows.patient.number
    questions = ("pregnant", "missed_period", "abnormal_bleeding", "methods_each_time", "knows_birth_defects")
    no = {f"q_{code}": "no" for code in (*questions, "shared", "blood_donation")}
    typed = {**no, "answered_by": "Mary Major"}
    assert send(ana, "prescriber:record_survey", number, PROGRAM, **typed).status_code == 302
    assert not Report.objects.exists()
    entered = PatientSurvey.objects.current().latest("pk")
    local = entered.completed_at.astimezone(counter.ZONE)
    put_right = {**typed, "q_missed_period": "yes", "correction_reason": "Misheard"}
    rows.doctor.set_password(PASSWORD)
    rows.doctor.save()
    ana = browser(rows.doctor)
    put_right["password"] = PASSWORD
    put_right |= {"day": f"{local:%Y-%m-%d}", "clock": f"{local:%H:%M}"}
    assert send(ana, "prescriber:correct", number, "survey", entered.pk, **put_right).status_code == 302
    assert Report.objects.get().kind == "missed_period"


def test_who_keeps_a_sites_staff_makes_no_account_that_acts_as_a_job() -> None:
    ours = side()
    rita, count = browser(ours.representative), models.Enrollment.objects.count()
    for email in ("sealer@system.invalid", system_person("overdue").email):
        sent = {"email": email, "name": "Rita Moss", "password": "a long enough phrase of hers"}
        assert send(rita, "site:take_on", ours.site.pk, **sent).status_code == 422
    jo = somebody("Jo Lindgren", Role.ADMINISTRATOR)
    with pytest.raises(InvalidFact):
        create_person(email="sealer@system.invalid", name="Rita", by=jo)
    with pytest.raises(InvalidFact):
        grant_role(person=system_person("overdue"), role=Role.ADMINISTRATOR, by=jo)
    assert models.Enrollment.objects.count() == count


def test_nobody_approves_their_own_application_nor_grants_themselves_a_role() -> None:
    ours = side()
    both = ours.representative
    jo = somebody("Jo Lindgren", Role.ADMINISTRATOR)
    with pytest.raises(InvalidFact, match="never signs, attests or dispenses"):
        grant_role(person=both, role=Role.ADMINISTRATOR, by=jo)
    # As somebody may hold both from before that rule.
    RoleGrant.objects.create(person=both, role=Role.ADMINISTRATOR, granted_at=clock.now(), granted_by=jo)
    answer = send(browser(both), "administration:approve", "site", ours.application.pk)
    assert answer.status_code == 422
    ours.application.refresh_from_db()
    assert ours.application.outcome == ""
    with pytest.raises(InvalidFact):
        grant_role(person=both, role=Role.PHARMACIST, by=both)


def test_a_first_dose_before_everything_is_no_way_around_the_calendar() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    for day in (rows.patient.born - timedelta(days=1), clock.local_date(clock.now()) + timedelta(days=2)):
        with pytest.raises(InvalidFact):
            record_first_dose(patient=rows.patient, program=PROGRAM, starts_on=day, by=rows.doctor)
