"""Two patients of whom everything is in order on 15 June 2026, to be changed in one point."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from eligibility import Decision, Facts, Stage, decide
from eligibility.editions import edition_in_force
from eligibility.scenario_format import facts_of
from eligibility.scenarios import merge

PROGRAM = "us-lenalidomide"


def negative(collected: str, **more: Any) -> dict[str, Any]:
    """A negative from a test that is sensitive enough."""
    return {"collected": collected, "result": "negative", "sensitivity_miu_ml": 25, **more}


MAN: dict[str, Any] = {
    "patient": {"enrolled": True, "born": "1960-04-02", "category": "adult_male"},
    "agreement": {"signed_on": "2022-11-03"},
    "prescriber": {"certified": "2022-03-01T09:00:00-05:00"},
    "pharmacy": {"certified": "2022-03-01T09:00:00-05:00"},
    "first_dose": "2026-01-05",
    "surveys": ["2026-06-10"],
    "prescriber_survey_completed": True,
    "counseled": True,
    "checklist_complete": True,
    "medication_guide_given": True,
    "prescription": {"days_supply": 28},
    "authorization": {"issued": "2026-06-10T10:00:00-04:00"},
    "confirmation": {"issued": "2026-06-15T13:00:00-04:00"},
    "hand_over": {"method": "hand"},
    "last_dispense": {"date": "2026-05-11", "days_supply": 28},
}
WOMAN: dict[str, Any] = {
    **MAN,
    "patient": {"enrolled": True, "born": "1985-04-02", "category": "adult_female_rp", "cycle": "regular"},
    "contraception": {"since": "2022-11-01", "methods": ["iud", "male_condom"]},
    "tests": [negative("2026-05-13T09:00:00-04:00"), negative("2026-06-10T09:00:00-04:00")],
}
BEGINNER: dict[str, Any] = {
    **WOMAN,
    "first_dose": None,
    "last_dispense": None,
    "tests": [negative("2026-06-03T09:00:00-04:00"), negative("2026-06-14T14:00:00-04:00")],
}
CHILD: dict[str, Any] = merge(
    MAN, {"patient": {"category": "male_child", "born": "2012-01-01"}, "agreement": {"guardian_signed": True}}
)
AFTER_MENOPAUSE: dict[str, Any] = merge(
    MAN,
    {
        "patient": {
            "category": "adult_female_nrp",
            "category_basis": "natural_menopause",
            "last_menses": "2015-01-01",
        }
    },
)


def facts(course: Mapping[str, Any], at: datetime, **changes: Any) -> Facts:
    """A course with changes: mappings merge key by key, anything else replaces."""
    return facts_of(merge(course, changes), at=at, program=PROGRAM)


def ask(course: Mapping[str, Any], stage: Stage, at: datetime, **changes: Any) -> Decision:
    """The engine's answer by the edition in force."""
    return decide(edition_in_force(PROGRAM, at), facts(course, at, **changes), stage)
