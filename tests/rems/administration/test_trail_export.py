"""A period of the trail as a file: recorded before it leaves, without formulas and without names."""

import csv
import hashlib
import io
from typing import Any

import pytest
from django.urls import reverse

from audit import trail
from audit.denials import record_denial
from audit.models import Event
from rems.display.tables import csv_line
from rems.views.administration import trail_export
from tests.rems.program_cast import Cast, enrolled, signed_in

URL = "administration:export_trail"


def sent(page: Any) -> bytes:
    return b"".join(page.streaming_content)


def test_the_file_is_in_the_trail_before_it_leaves(cast: Cast) -> None:
    made = enrolled("Leila Haddad", cast.prescriber)
    record_denial(action="accounts.denied", by=cast.rita, reason="=cmd|' /C calc'!A0", patient_id=made.patient_id)
    page = signed_in(cast.per).post(f"{reverse(URL)}?kind=denials")
    entry = Event.objects.get(action="audit.export_list")
    file = sent(page)
    assert entry.details == {"filters": {"kind": "denials"}, "rows": 1, "sha256": hashlib.sha256(file).hexdigest()}
    assert entry.patient_id == made.patient_id
    head, row = csv.reader(io.StringIO(file.decode()))
    said = dict(zip(head, row, strict=True))
    assert said["why"] == "'=cmd|' /C calc'!A0"
    assert said["patient"] == made.patient.number
    assert b"Haddad" not in file
    assert page["Content-Disposition"] == 'attachment; filename="trail.csv"'


def test_an_export_that_cannot_be_recorded_is_not_given(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **said: object) -> None:
        raise trail.Unrecorded("no")

    monkeypatch.setattr(trail, "write", refuse)
    page = signed_in(cast.per).post(f"{reverse(URL)}?kind=out_of_band")
    assert page.status_code == 503
    assert b"nothing is shown" in page.content


def test_more_than_a_file_holds_is_narrowed_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_export, "MOST_ROWS", 2)
    monkeypatch.setattr(trail_export, "AT_ONCE", 1)
    for _ in range(2):
        record_denial(action="accounts.denied", by=cast.rita, reason="No.")
    browser, url = signed_in(cast.jo), f"{reverse(URL)}?kind=denials"
    assert len(sent(browser.post(url)).splitlines()) == 3
    record_denial(action="accounts.denied", by=cast.rita, reason="No.")
    page = browser.post(url)
    assert page.status_code == 422
    assert "More than 2 events" in page.content.decode()
    assert Event.objects.filter(action="audit.export_list").count() == 1


def test_looking_exports_nothing(cast: Cast) -> None:
    page = signed_in(cast.jo).get(f"{reverse(URL)}?kind=out_of_band")
    assert "manage.py audit export" in page.content.decode()
    assert not Event.objects.filter(action="audit.export_list").exists()


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("Ruth Abara", "Ruth Abara"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: str, written: str) -> None:
    assert next(csv.reader(io.StringIO(csv_line(["first", cell]).decode(), newline=""))) == ["first", written]
