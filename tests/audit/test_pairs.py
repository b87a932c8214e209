"""When and who stand together, in every table, by a CHECK of the database."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import PROTECT, ForeignKey, Model

OURS = {"audit", "accounts", "prescribers", "pharmacies", "patients", "rems"}
MODELS = sorted((m for m in apps.get_models() if m._meta.app_label in OURS), key=lambda m: m._meta.label)
WHEN_ALONE = {
    "accounts.Person.created_at",
    "accounts.Signature.signed_at",
    "rems.DisplayFlag.raised_at",
}
"""Moments whose author stands in another field (`person`), or has none (a job's flag)."""


def pairs(model: type[Model]) -> list[tuple[str, str]]:
    """The pairs x_at, x_by of a model."""
    names = {field.name for field in model._meta.fields}
    return [(name, f"{name[:-3]}_by") for name in names if name.endswith("_at") and f"{name[:-3]}_by" in names]


def checks(model: type[Model]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass",
            [model._meta.db_table],
        )
        return [text for (text,) in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_a_moment_and_its_person_are_both_there_or_both_not(model: type[Model]) -> None:
    for at, by in pairs(model):
        fields: dict[str, Any] = {field.name: field for field in model._meta.fields}
        when, who = fields[at], fields[by]
        if not when.null and not who.null:
            continue
        assert when.null == who.null, f"{model._meta.label}: only one of {at} and {by} may be unknown"
        column = who.column
        together = [c for c in checks(model) if f"{at} IS NULL" in c and f"{column} IS NULL" in c]
        assert together, f"{model._meta.label}: no CHECK holds {at} and {by} together"


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_who_did_something_did_it_at_some_time(model: type[Model]) -> None:
    names = {field.name for field in model._meta.fields}
    alone = [name for name in names if name.endswith("_by") and f"{name[:-3]}_at" not in names]
    # The survey's `answered_by` is a name; who entered a signature did so at `signed_at`; what a deviation was
    # `caused_by` happened at `at`.
    assert [name for name in alone if name not in {"answered_by", "caused_by", "entered_by"}] == []


def test_the_reflection_finds_pairs() -> None:
    found = {f"{m._meta.label}.{at}" for m in MODELS for at, _ in pairs(m)}
    assert {
        "accounts.RoleGrant.withdrawn_at",
        "prescribers.CertificationApplication.decided_at",
        "prescribers.Delegate.ended_at",
        "rems.Authorization.cancelled_at",
        "patients.PregnancyTest.recorded_at",
    } <= found
    assert not found & WHEN_ALONE


def test_no_name_of_a_constraint_or_index_is_cut_off_by_the_database() -> None:
    names = [c.name for m in MODELS for c in [*m._meta.constraints, *m._meta.indexes]]
    assert [name for name in names if len(name) > 63] == []


def test_nothing_is_deleted_along_with_something_else() -> None:
    loose = [
        f"{m._meta.label}.{f.name}"
        for m in MODELS
        for f in m._meta.fields
        if isinstance(f, ForeignKey) and f.remote_field.on_delete is not PROTECT
    ]
    assert loose == []
