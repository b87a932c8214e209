"""How what was prepared ends: signed here after all, completed, or not completed at all."""

import pytest
from django.test import Client

from audit.facts import InvalidFact
from patients.actions import correct_identity
from rems.actions import prepared as actions
from rems.models import Agreement, Enrollment
from tests.rems.prescriber.conftest import Practice
from tests.rems.prescriber.test_prepared import Look, Send, is_closed, link_to, names, opened, prepare
from tests.rems.program_cast import NOW, PROGRAM


def test_who_signs_here_after_all_ends_the_link(practice: Practice, send: Send) -> None:
    prepared = prepare(practice)
    address = link_to(prepared, practice)
    typed = {"how": "paper", "signed_on": "2026-06-16", "patient_name": "Leo Sato", "patient_agrees": "on"}
    answers = {"program": PROGRAM, "sex": "male", "diagnosis": "C90.0"}
    assert send(practice.ruth, "enroll_in", [prepared.patient.number], **typed, **answers).status_code == 302
    assert is_closed(opened(address))
    signature = Agreement.objects.get(enrollment__patient=prepared.patient).patient_signature
    assert signature is not None
    assert (signature.method, signature.entered_by) == ("paper", practice.ruth)


def test_the_patients_page_shows_each_signature_and_a_later_name_on_it(practice: Practice, look: Look) -> None:
    number = practice.ivan.patient.number
    page = look(practice.ruth, "patient", [number]).content.decode()
    assert page.count('class="signature is-allowed"') == 2
    correct_identity(
        patient=practice.ivan.patient, changes={"last_name": "Petrow"}, reason="Passport", by=practice.ruth
    )
    page = look(practice.ruth, "patient", [number]).content.decode()
    assert page.count("Signed an earlier version") == 2


def test_nothing_half_stored_where_the_prescribers_part_fails(practice: Practice) -> None:
    prepared = prepare(practice)
    Client().post(link_to(prepared, practice), names())
    Enrollment.objects.create(
        patient=prepared.patient,
        program=PROGRAM,
        prescriber=practice.prescriber,
        enrolled_at=NOW,
        enrolled_by=practice.ruth,
    )
    with pytest.raises(InvalidFact, match="enrolled in this program already"):
        actions.complete(prepared=prepared, by=practice.ruth)
    prepared.refresh_from_db()
    assert prepared.completed_at is None
    assert not Agreement.objects.filter(enrollment__patient=prepared.patient).exists()
