"""A signature belongs to the record that it names, and says so for as long as the record stands."""

from typing import Any

import psycopg
import pytest
from django.db import IntegrityError

from accounts import signed
from accounts.models import Person, Signature, SigningMethod
from accounts.roles import Role
from accounts.signatures import Given, sign, sign_record
from accounts.signed import State, content_of, verify
from audit import clock
from audit.payloads import canonical, sha256
from patients.actions import correct, correct_identity, record_cycle
from patients.models import CycleReport
from patients.validity import MOMENTS
from tests.database import Laid
from tests.registry_cast import NOON, a_patient, a_person

DOCTOR = "Ana Ruiz"


def doctor() -> Person:
    return a_person(Role.PRESCRIBER, name=DOCTOR)


def a_cycle(by: Person, cycle: str = "regular") -> CycleReport:
    return record_cycle(patient=a_patient(), cycle=cycle, by=by)


def signed_by(by: Person, record: Any) -> Signature:
    given = Given(printed_name=by.name, method=SigningMethod.PASSWORD)
    return sign_record(record, meaning="I attest this.", given=given, by=by)


@pytest.mark.django_db
def test_who_signs_a_record_reads_that_it_fits() -> None:
    ana = doctor()
    report = a_cycle(ana)
    signature = signed_by(ana, report)
    assert verify(signature, report) is State.FITS
    assert signature.content["record"] == {"kind": "patients.cyclereport", "id": report.pk}
    assert (signature.person, signature.entered_by, signature.method) == (ana, None, "password")
    assert signature.sha256 == sha256(content_of(report))


@pytest.mark.django_db
def test_the_same_record_has_the_same_digest_however_often_it_is_read() -> None:
    ana = doctor()
    with clock.stand_at(NOON):
        report = a_cycle(ana)
    digests = {sha256(content_of(CycleReport.objects.get(pk=report.pk))) for _ in range(3)}
    assert digests == {sha256(content_of(report))}


def test_what_is_signed_does_not_change_with_a_new_release() -> None:
    """The digest of a content as it is signed today. Whoever changes this breaks every signature before."""
    content = {
        "record": {"kind": "patients.cyclereport", "id": 7},
        "says": {"patient": "P-0000007", "reported_at": NOON, "cycle": "regular", "void": False},
        "people": {"patient": {"name": "Maria Gomez", "born": NOON.date()}},
    }
    assert canonical(content) == (
        '{"people":{"patient":{"born":"'
        + NOON.date().isoformat()
        + '","name":"Maria Gomez"}},"record":{"id":7,"kind":"patients.cyclereport"},"says":{"cycle":"regular",'
        '"patient":"P-0000007","reported_at":"' + NOON.isoformat() + '","void":false}}'
    )


@pytest.mark.django_db
def test_moved_to_another_record_it_does_not_fit() -> None:
    ana = doctor()
    mine, other = a_cycle(ana), a_cycle(ana)
    signature = signed_by(ana, mine)
    assert verify(signature, other) is State.DOES_NOT_FIT
    copied = Signature(record_kind=signature.record_kind, record_id=other.pk, content=signature.content)
    copied.sha256, copied.method, copied.signed_at = signature.sha256, signature.method, signature.signed_at
    copied.printed_name, copied.meaning, copied.person = signature.printed_name, signature.meaning, ana
    copied.binding = copied.bound()
    assert verify(copied, other) is State.DOES_NOT_FIT


@pytest.mark.django_db
def test_after_a_correction_it_signed_the_earlier_version_and_the_correction_has_its_own() -> None:
    ana = doctor()
    report = a_cycle(ana)
    signature = signed_by(ana, report)
    newer = correct(fact=report, changes={"cycle": "irregular"}, reason="Misheard", by=ana)
    newest = correct(fact=newer, changes={"cycle": "none"}, reason="Misheard again", by=ana)
    assert {verify(signature, row) for row in (report, newer, newest)} == {State.EARLIER}
    own = Signature.objects.get(record_kind="patients.cyclereport", record_id=newest.pk)
    assert verify(own, newest) is State.FITS
    assert verify(own, report) is State.DOES_NOT_FIT
    assert (own.content["says"]["correction_reason"], own.content["says"]["supersedes_id"]) == (
        "Misheard again",
        newer.pk,
    )


@pytest.mark.django_db
def test_a_corrected_name_changes_nothing_of_a_fact() -> None:
    ana = doctor()
    report = a_cycle(ana)
    signature = signed_by(ana, report)
    correct_identity(patient=report.patient, changes={"last_name": "Lopez"}, reason="Married", by=ana)
    assert verify(signature, CycleReport.objects.get(pk=report.pk)) is State.FITS


@pytest.mark.django_db
def test_a_signature_that_names_no_record_is_not_taken_for_one() -> None:
    ana = doctor()
    report = a_cycle(ana)
    with pytest.raises(ValueError, match="does not name"):
        sign(content={"cycle": "regular"}, meaning="x", printed_name=DOCTOR, person=ana, record=report, by=ana)
    loose = sign(content={"cycle": "regular"}, meaning="x", printed_name=DOCTOR, person=ana, by=ana)
    assert verify(loose, report) is State.DOES_NOT_FIT
    with pytest.raises(LookupError):
        content_of(ana)


@pytest.mark.django_db
def test_what_was_entered_for_another_says_by_whom() -> None:
    ana = doctor()
    given = Given(printed_name="Maria Gomez", method=SigningMethod.DEVICE)
    signature = sign_record(a_cycle(ana), meaning="I agree.", given=given, by=ana)
    assert (signature.person, signature.entered_by, signature.printed_name) == (None, ana, "Maria Gomez")


@pytest.mark.django_db
def test_one_passkeys_answer_signs_once() -> None:
    ana = doctor()
    given = Given(printed_name=DOCTOR, method=SigningMethod.PASSKEY, proof="a" * 64)
    sign_record(a_cycle(ana), meaning="x", given=given, by=ana)
    second = a_cycle(ana)
    with pytest.raises(IntegrityError, match="proof_once"):
        sign_record(second, meaning="x", given=given, by=ana)


TAMPERED = {
    "the record": "UPDATE patients_cyclereport SET cycle = 'none' WHERE id = {record}",
    "the patient of the record": "UPDATE patients_cyclereport SET patient_id = {other} WHERE id = {record}",
    "what was signed": "UPDATE accounts_signature SET content = jsonb_set(content, '{{says,cycle}}', '\"none\"')",
    "the name": "UPDATE accounts_signature SET printed_name = 'Somebody Else'",
    "the meaning": "UPDATE accounts_signature SET meaning = 'Something else'",
    "the time": "UPDATE accounts_signature SET signed_at = signed_at + interval '1 microsecond'",
    "the method": "UPDATE accounts_signature SET method = 'paper'",
    "the digest": "UPDATE accounts_signature SET sha256 = repeat('0', 64)",
}


def test_whatever_a_superuser_changes_is_seen(committed_db: Laid) -> None:
    ana = doctor()
    report, other = a_cycle(ana), a_patient()
    signature = signed_by(ana, report)
    with psycopg.connect(committed_db.addresses.superuser) as root:
        for what, statement in TAMPERED.items():
            root.execute("SET session_replication_role = replica")
            root.execute(statement.format(record=report.pk, other=other.pk))
            root.commit()
            found = verify(Signature.objects.get(pk=signature.pk), CycleReport.objects.get(pk=report.pk))
            assert found is State.ALTERED, what
            _put_back(root, report, signature)
    assert verify(Signature.objects.get(pk=signature.pk), report) is State.FITS


def _put_back(root: psycopg.Connection[Any], report: CycleReport, signature: Signature) -> None:
    root.execute(
        "UPDATE patients_cyclereport SET cycle = %s, patient_id = %s WHERE id = %s",
        [report.cycle, report.patient_id, report.pk],
    )
    root.execute(
        "UPDATE accounts_signature SET content = %s, printed_name = %s, meaning = %s, signed_at = %s, method = %s,"
        " sha256 = %s",
        [
            canonical(signature.content),
            signature.printed_name,
            signature.meaning,
            signature.signed_at,
            signature.method,
            signature.sha256,
        ],
    )
    root.commit()


@pytest.mark.django_db
def test_every_kind_of_fact_that_can_be_corrected_says_what_is_signed() -> None:
    assert set(MOMENTS) <= signed.kinds()
