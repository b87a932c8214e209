"""Made-up courses of patients, for properties: near the boundaries, and with nothing after the question."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from eligibility import Category, Facts, Stage
from eligibility.calendar import add_days
from eligibility.scenario_format import facts_of

NOON = datetime(2026, 3, 20, 16, tzinfo=UTC)
MINUTES = st.sampled_from((-1, 0, 1, 30, 60, 719, 720))


@st.composite
def instants_before(draw: st.DrawFn, at: datetime, *, days: int) -> str:
    """An instant at or before the question, often at a boundary of days or of 24 hours."""
    back = timedelta(days=draw(st.integers(0, days)), minutes=draw(MINUTES), seconds=draw(st.integers(0, 1)))
    return min(at, at - back).isoformat()


def day_before(draw: st.DrawFn, at: datetime, low: int, high: int) -> str:
    """A day so many days before the question."""
    return add_days(at.date(), -draw(st.integers(low, high)) - 1).isoformat()


@st.composite
def tests_before(draw: st.DrawFn, at: datetime) -> list[dict[str, Any]]:
    """Some tests, most of them negative and good, around the windows."""
    rows = []
    for days in draw(st.lists(st.sampled_from((0, 1, 6, 7, 8, 9, 10, 12, 14, 15, 27, 28, 29, 35)), max_size=5)):
        collected = at - timedelta(days=days, minutes=draw(MINUTES))
        result = draw(st.sampled_from(("negative",) * 8 + ("positive", "indeterminate")))
        row: dict[str, Any] = {"collected": min(at, collected).isoformat(), "result": result}
        row["sensitivity_miu_ml"] = draw(st.sampled_from((25, 25, 25, 50, 100, None)))
        row["home"] = draw(st.sampled_from((False, False, False, True)))
        rows.append(row)
    return rows


@st.composite
def reports_before(draw: st.DrawFn, at: datetime) -> list[dict[str, Any]]:
    """Mostly none; sometimes one, open or closed."""
    if draw(st.integers(0, 4)):
        return []
    report: dict[str, Any] = {
        "kind": draw(st.sampled_from(("missed_period", "abnormal_bleeding", "pregnancy"))),
        "subject": draw(st.sampled_from(("patient", "patient", "partner", None))),
        "opened": day_before(draw, at, 5, 30),
    }
    if draw(st.booleans()):
        report["closed"] = day_before(draw, at, 0, 5)
        report["outcome"] = draw(st.sampled_from(("false_positive", "live_birth", "ongoing", None)))
    return [report]


@st.composite
def numbers_before(draw: st.DrawFn, at: datetime, *, days: int) -> dict[str, Any] | None:
    """A number, now and then none, used or cancelled."""
    if draw(st.integers(0, 12)) == 0:
        return None
    return {
        "issued": draw(instants_before(at, days=days)),
        "used": draw(st.sampled_from((False,) * 8 + (True,))),
        "cancelled": draw(st.sampled_from((False,) * 8 + (True,))),
    }


@st.composite
def patients(draw: st.DrawFn) -> dict[str, Any]:
    """A patient whose age fits most of the time."""
    category = draw(st.sampled_from([*Category, Category.ADULT_FEMALE_RP, Category.ADULT_FEMALE_RP]))
    child_year = draw(st.sampled_from((2008, 2010, 2015)))
    basis = "premenarchal" if category is Category.FEMALE_CHILD_NRP else "natural_menopause"
    return {
        "enrolled": draw(st.sampled_from((True, True, True, None))),
        "born": date(child_year if category.child else 1970, 3, draw(st.integers(18, 24))).isoformat(),
        "category": category.value,
        "category_basis": draw(st.sampled_from((basis, basis, "hysterectomy", "tubal_ligation"))),
        "last_menses": date(2024, 3, draw(st.integers(15, 25))).isoformat(),
        "menarche_reported": draw(st.sampled_from((False, False, False, True))),
        "cycle": draw(st.sampled_from(("regular", "irregular", "none", None))),
    }


@st.composite
def courses(draw: st.DrawFn) -> tuple[Stage, datetime, dict[str, Any]]:
    """A stage, the question's instant, and facts in the format of the scenarios."""
    at = NOON + timedelta(days=draw(st.integers(-14, 14)), minutes=draw(st.integers(-720, 720)))
    on_treatment = draw(st.booleans())
    supplied = draw(st.sampled_from((28, 28, 21, None)))
    facts: dict[str, Any] = {
        "patient": draw(patients()),
        "agreement": {
            "signed_on": day_before(draw, at, 0, 400),
            "guardian_signed": draw(st.sampled_from((True, True, None))),
        },
        "prescriber": {"certified": draw(instants_before(at, days=400))},
        "pharmacy": {"certified": draw(instants_before(at, days=400))},
        "contraception": {"since": day_before(draw, at, 25, 60), "methods": ["iud", "male_condom"]},
        "tests": draw(tests_before(at)),
        "surveys": [day_before(draw, at, 0, 40) for _ in range(draw(st.integers(0, 2)))],
        "reports": draw(reports_before(at)),
        "prescriber_survey_completed": True,
        "counseled": True,
        "checklist_complete": True,
        "medication_guide_given": True,
        "prescription": {"days_supply": draw(st.sampled_from((28, 28, 28, 29, None)))},
        "authorization": draw(numbers_before(at, days=32)),
        "confirmation": draw(numbers_before(at, days=1)),
        "hand_over": {"method": draw(st.sampled_from(("hand", "hand", "ship", None)))},
        "therapy_ended": draw(st.sampled_from((None, None, None, day_before(draw, at, 300, 400)))),
    }
    if on_treatment:
        facts["first_dose"] = day_before(draw, at, 20, 120)
        facts["last_dispense"] = {"date": day_before(draw, at, 18, 40), "days_supply": supplied}
    return draw(st.sampled_from(list(Stage))), at, facts


def read(described: dict[str, Any], at: datetime) -> Facts:
    """The facts at an instant."""
    return facts_of(described, at=at, program="us-lenalidomide")
