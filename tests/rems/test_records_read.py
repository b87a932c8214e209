"""The records' written-out query says the same as ``known_at``."""

from datetime import timedelta

import pytest

from audit import clock
from eligibility import Stage
from patients.actions import correct, record_test
from rems.records import Records
from tests.rems import counter

pytestmark = pytest.mark.django_db


def test_what_was_known_is_read_as_the_facts_themselves_say() -> None:
    rows = counter.at_the_counter(counter.on_treatment, Stage.AUTHORIZE)
    instants = [clock.now()]
    test = record_test(
        patient=rows.patient,
        collected_at=clock.now() - timedelta(hours=1),
        result="negative",
        method="urine",
        by=rows.doctor,
    )
    instants.append(clock.now())
    newer = correct(fact=test, changes={"home": True}, reason="It was taken at home.", by=rows.doctor)
    instants.append(clock.now())
    correct(fact=newer, changes={}, reason="Another patient's.", void=True, by=rows.doctor)
    instants.append(clock.now())
    seen = []
    for at in instants:
        read = Records([rows.enrollment], at=at)
        for kind, found in (
            (rows.patient.pregnancy_tests, read.tests),
            (rows.patient.surveys, read.surveys),
            (rows.patient.attestations, read.attestations),
        ):
            known = sorted(row.pk for row in kind.model.objects.known_at(at).filter(patient=rows.patient))
            assert sorted(row.pk for row in found[rows.patient.pk]) == known
        seen.append([row.pk for row in read.tests[rows.patient.pk]])
    assert [len(tests) for tests in seen] == [2, 3, 3, 2]
    assert seen[1] != seen[2]
