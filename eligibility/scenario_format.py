"""Facts written down as a person writes them: the format of the scenarios, and of decisions on record.

``facts_of`` reads it, ``describe`` writes it, and the two are inverse to each other. Besides the keys of
the scenarios' README the application writes ``patient.able_since``, ``authorization.closes``, ``cancelled``
of both numbers, ``dispensings``, and ``extensions``, which scenarios may give too.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from eligibility.converters import (
    Convert,
    day,
    fields,
    flag,
    instant,
    many,
    moment,
    number,
    one_of,
    record,
    state,
    word,
    zone,
)
from eligibility.facts import (
    Agreement,
    Certification,
    Contraception,
    Dispensed,
    Extension,
    Facts,
    Interruption,
    IssuedNumber,
    Patient,
    PregnancyTest,
    Prescription,
    Report,
    Site,
)
from eligibility.vocabulary import (
    SWITCHES,
    Category,
    Cycle,
    Method,
    ReportKind,
    Result,
    Subject,
    Window,
)

PATIENT = {
    "enrolled": flag, "born": day, "category": one_of(Category), "category_basis": word, "last_menses": day,
    "menarche_reported": flag, "cycle": one_of(Cycle), "able_since": moment,
}  # fmt: skip
CERTIFICATION = {"certified": moment, "deactivated": moment}
NUMBER = {"issued": moment, "used": state, "cancelled": state, "program": word}
TEST = {
    "collected": moment,
    "result": one_of(Result),
    "sensitivity_miu_ml": number,
    "home": flag,
}
PRESCRIPTION = {
    "written": moment, "days_supply": number, "units": number, "refill": flag, "verbal": flag,
    "category": one_of(Category),
}  # fmt: skip
REPORT = {
    "kind": one_of(ReportKind),
    "subject": one_of(Subject),
    "opened": moment,
    "closed": moment,
    "outcome": word,
}
EXTENSION = {
    "window": one_of(Window), "closed": instant, "until": instant, "began": instant, "ended": instant,
    "approved": instant,
}  # fmt: skip

FACTS: dict[str, Convert] = {
    "patient": record(Patient, PATIENT),
    "agreement": record(
        Agreement,
        {"signed_on": moment, "guardian_signed": flag, "category": one_of(Category)},
    ),
    "prescriber": record(Certification, CERTIFICATION),
    "pharmacy": record(Site, {**CERTIFICATION, "zone": zone}),
    "contraception": record(Contraception, {"since": day, "methods": many(word), "abstinence": flag}),
    "tests": many(record(PregnancyTest, TEST)),
    "first_dose": day,
    "dispensings": many(moment),
    "therapy_ended": day,
    "interruption": record(Interruption, {"from": day, "to": day}, {"from": "start", "to": "end"}),
    "surveys": many(moment),
    "prescriber_survey_completed": flag,
    "counseled": flag,
    "checklist_complete": flag,
    "medication_guide_given": flag,
    "prescription": record(Prescription, PRESCRIPTION),
    "authorization": record(IssuedNumber, {**NUMBER, "closes": instant}),
    "confirmation": record(IssuedNumber, NUMBER),
    "hand_over": lambda value: fields({"method": one_of(Method)}, value).get("method"),
    "last_dispense": record(Dispensed, {"date": moment, "days_supply": number}),
    "days_on_hand": number,
    "reports": many(record(Report, REPORT)),
    "extensions": many(record(Extension, EXTENSION)),
    "flexibilities": lambda value: fields(dict.fromkeys(SWITCHES, flag), value),
}


def facts_of(described: Mapping[str, Any], *, at: datetime, program: str) -> Facts:
    """The facts. ``FormatError`` names the key of whatever is not in the format."""
    found = fields(FACTS, described)
    if "hand_over" in found:
        found["method"] = found.pop("hand_over")
    patient: Patient = found.get("patient", Patient())
    written = described.get("prescription")
    if not (isinstance(written, Mapping) and "category" in written):
        found["prescription"] = _with_category(found.get("prescription", Prescription()), patient.category)
    return Facts(at=at, program=program, **found)


def _with_category(prescription: Prescription, category: Category | None) -> Prescription:
    """The category on a prescription is the patient's unless given."""
    return Prescription(
        written=prescription.written,
        days_supply=prescription.days_supply,
        units=prescription.units,
        refill=prescription.refill,
        verbal=prescription.verbal,
        category=category,
    )


def describe(facts: Facts) -> dict[str, Any]:
    """The facts in the format, ready for JSON. What is unknown is left out, but for the prescription's category."""
    text = {key: _plain(getattr(facts, key)) for key in FACTS if key != "hand_over"}
    text["prescription"] = {
        **text["prescription"],
        "category": _plain(facts.prescription.category),
    }
    if facts.interruption:
        spans = {"from": facts.interruption.start, "to": facts.interruption.end}
        text["interruption"] = {key: _plain(value) for key, value in spans.items() if value}
    if facts.method:
        text["hand_over"] = {"method": facts.method.value}
    return {key: value for key, value in text.items() if value not in (None, {}, [])}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "__dataclass_fields__"):
        parts = {key: getattr(value, key) for key in value.__dataclass_fields__}
        return {
            key: _plain(part) for key, part in parts.items() if part is not None and part is not False and part != ()
        }
    return value
