"""What was signed stays as it was signed."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Signature
from accounts.signatures import NotTheSigner, sign
from audit import clock
from audit.models import Event
from audit.payloads import sha256
from tests.registry_cast import NOON, a_person

pytestmark = pytest.mark.django_db
CONTENT = {"program": "us-lenalidomide", "born": date(1985, 4, 2), "at": NOON, "points": ["a", "b"]}


def signed() -> Signature:
    alice = a_person(name="Alice Owner")
    with clock.stand_at(NOON):
        return sign(content=CONTENT, meaning="I agree.", printed_name=" Alice Owner ", person=alice, by=alice)


def test_a_signature_has_name_time_meaning_and_digest() -> None:
    signature = signed()
    assert (signature.printed_name, signature.meaning, signature.signed_at) == ("Alice Owner", "I agree.", NOON)
    assert signature.sha256 == sha256(CONTENT)
    assert Event.objects.get(action="accounts.sign").details["sha256"] == signature.sha256


def test_the_content_that_comes_back_from_the_database_has_the_same_digest() -> None:
    signature = Signature.objects.get(pk=signed().pk)
    assert sha256(signature.content) == signature.sha256
    assert signature.covers(signature.content)


def test_a_newer_version_is_not_covered() -> None:
    assert signed().covers(CONTENT)
    assert not signed().covers(CONTENT | {"points": ["a"]})


def test_nobody_signs_for_another() -> None:
    with pytest.raises(NotTheSigner):
        sign(content=CONTENT, meaning="I agree.", printed_name="Bob", person=a_person(name="Bob"), by=a_person())
    assert not Signature.objects.exists()


def test_a_signature_on_paper_has_a_name_and_no_account() -> None:
    paper = sign(content=CONTENT, meaning="I agree.", printed_name="Maria Gomez", by=a_person())
    assert paper.person is None


@pytest.mark.parametrize("field", ["printed_name", "meaning"])
def test_a_signature_without_name_or_meaning_is_none(field: str) -> None:
    asked: dict[str, Any] = {"printed_name": "Alice", "meaning": "I agree."} | {field: " "}
    with pytest.raises(ValidationError) as caught:
        sign(content=CONTENT, by=a_person(), **asked)
    assert list(caught.value.error_dict) == [field]


def test_a_signature_is_never_changed() -> None:
    signature = signed()
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.update(meaning="Something else")
    with pytest.raises(DatabaseError), transaction.atomic():
        signature.delete()


def test_a_digest_that_is_none_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError, match="sha256_form"):
        Signature.objects.create(printed_name="A", meaning="B", signed_at=NOON, content={}, sha256="x")
