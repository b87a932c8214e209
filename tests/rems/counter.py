"""A patient at the counter, ready for the next step, at the real clock."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from audit import clock
from eligibility import Stage
from eligibility.calendar import start_of_day
from eligibility.scenario_format import facts_of
from tests.rems.scenario_rows import Rows

ZONE = ZoneInfo("America/New_York")
READY: dict[str, Any] = {
    "agreement": {"signed_on": "2025-11-03"},
    "prescriber": {"certified": "2024-03-01T09:00:00-05:00"},
    "pharmacy": {"certified": "2024-03-01T09:00:00-05:00"},
    "prescriber_survey_completed": True,
    "counseled": True,
    "checklist_complete": True,
    "medication_guide_given": True,
    "hand_over": {"method": "hand"},
}


def midnight_after(now: datetime) -> datetime:
    """The first instant of the next calendar day in the program's zone."""
    return start_of_day(now.astimezone(ZONE).date() + timedelta(days=1), ZONE)


def days_ago(days: int, *, now: datetime) -> str:
    """A calendar day in the program's zone."""
    return (now.astimezone(ZONE).date() - timedelta(days=days)).isoformat()


def male(now: datetime) -> dict[str, Any]:
    """An adult male, first prescription."""
    return {**READY, "patient": {"enrolled": True, "born": "1960-04-02", "category": "adult_male"}}


def on_treatment(now: datetime) -> dict[str, Any]:
    """A woman who can get pregnant, on treatment, everything done."""
    test = (now - timedelta(hours=3)).isoformat()
    earlier = (now - timedelta(days=20)).isoformat()
    return {
        **READY,
        "patient": {"enrolled": True, "born": "1985-04-02", "category": "adult_female_rp", "cycle": "regular"},
        "contraception": {"since": days_ago(200, now=now), "methods": ["iud", "male_condom"]},
        "tests": [
            {"collected": earlier, "result": "negative", "sensitivity_miu_ml": 25},
            {"collected": test, "result": "negative", "sensitivity_miu_ml": 25},
        ],
        "first_dose": days_ago(120, now=now),
        "surveys": [(now - timedelta(days=2)).isoformat()],
        "last_dispense": {"date": days_ago(26, now=now), "days_supply": 28},
    }


def at_the_counter(described: Any, stage: Stage) -> Rows:
    """Rows for a patient whose next step is ``stage``: hand over with an open confirmation, and so on."""
    now = clock.now()
    facts = {**described(now), "prescription": {"written": (now - timedelta(hours=2)).isoformat(), "days_supply": 28}}
    if stage is not Stage.AUTHORIZE:
        facts["authorization"] = {"issued": (now - timedelta(hours=1)).isoformat()}
    if stage is Stage.HAND_OVER:
        facts["confirmation"] = {"issued": (now - timedelta(minutes=30)).isoformat()}
    rows = Rows(facts_of(facts, at=now, program="us-lenalidomide"), stage)
    if stage is Stage.HAND_OVER and rows.confirmation:
        rows.tick(rows.confirmation.issued_at)
    return rows
