"""What is entered about a patient: tests, cycles, attestations. The same forms correct an entry."""

from datetime import date, datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from audit.facts import Fact
from patients.choices import Cycle, Method, Result
from rems.forms.base import ActForm, choice_field, day_field, instant_of, reason_field, text_field, time_field
from rems.forms.prescriber.contraception import contraception_fields, methods_of, typed_contraception
from rems.forms.signing import SIGNING_FIELDS, Signing
from rems.queries.in_force import Values, weeks_words

KNOWN_SENSITIVITIES = ("25", "50")


class FactForm(Signing, ActForm):
    """One entry. ``correcting`` asks why, and offers to withdraw the entry altogether.

    ``in_force``: the values of the programs' editions, for what the form says; ``request``: where it is signed.
    """

    moment: ClassVar[str] = ""
    """The field of the record that holds day and time together."""
    now_by_default: ClassVar[bool] = False
    """Whether an empty day and time mean the moment of sending."""
    beside = frozenset({"clock", "resulted_clock"})

    def __init__(
        self,
        *args: Any,
        zone: ZoneInfo,
        in_force: Values,
        correcting: Fact | None = None,
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        self.zone = zone
        self.in_force = in_force
        self.correcting = correcting
        if correcting is not None:
            kwargs["initial"] = self.typed_from(correcting) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if correcting is not None:
            self._ask_why()
        elif self.now_by_default:
            self.fields["day"].required = self.fields["clock"].required = False
            self.fields["day"].help_text = "Leave day and time empty for now."
        if request is not None:
            self.ask_signature(request)

    def _ask_why(self) -> None:
        self.fields["void"] = forms.BooleanField(
            label="Withdraw this entry",
            help_text="It should not exist, for example because it was entered for the wrong patient.",
            required=False,
        )
        self.fields["correction_reason"] = reason_field(
            "Why is it corrected?", help_text="Shown beside both entries, to you and to an inspector."
        )

    @property
    def renamed(self) -> dict[str, str]:  # type: ignore[override]
        """Where the record's moment went wrong, the day is at fault."""
        return {self.moment: "day"} if self.moment else {}

    def typed_from(self, fact: Fact) -> dict[str, Any]:
        """What the form would have held when ``fact`` was entered."""
        typed = {name: getattr(fact, name) for name in self.base_fields if hasattr(fact, name)}
        return typed | (self._as_typed(getattr(fact, self.moment)) if self.moment else {})

    def _as_typed(self, instant: datetime | None, *, day: str = "day", clock: str = "clock") -> dict[str, Any]:
        """Day and time of an instant, as they are typed."""
        if instant is None:
            return {}
        local = instant.astimezone(self.zone)
        return {day: local.date(), clock: local.time().replace(second=0, microsecond=0)}

    def clean(self) -> dict[str, Any]:
        """Day and time together are the instant at which it happened."""
        data = super().clean() or {}
        self._join(data, moment=self.moment)
        return data

    def _join(self, data: dict[str, Any], *, moment: str, day: str = "day", clock: str = "clock") -> None:
        """Make the instant of a day and a time; one of them alone is none."""
        if moment and data.get(day) and data.get(clock):
            try:
                data[moment] = self._instant(data[day], data[clock], moment)
            except ValidationError as error:
                self.add_error(clock, error)
        elif data.get(day) and clock in data:
            self.add_error(clock, "Give the time, too.")
        elif data.get(clock) and day in data:
            self.add_error(day, "Give the day, too.")

    def _instant(self, day: date, clock: time, moment: str) -> datetime:
        """The instant as typed; where day and minute stayed as recorded, the recorded instant."""
        typed = instant_of(day, clock, self.zone)
        kept: datetime | None = getattr(self.correcting, moment, None)
        if kept is not None and kept.replace(second=0, microsecond=0) == typed:
            return kept
        return typed

    def values(self) -> dict[str, Any]:
        """The fields of the record, by name."""
        leave = {"key", "void", "correction_reason", "day", "clock", *SIGNING_FIELDS}
        return {name: value for name, value in self.cleaned_data.items() if name not in leave}

    def changes(self) -> dict[str, Any]:
        """Those values that differ from the entry that is corrected."""
        return {name: value for name, value in self.values().items() if getattr(self.correcting, name) != value}


class TestForm(FactForm):
    """One pregnancy test. Nothing is chosen beforehand."""

    __test__ = False
    moment = "collected_at"

    day = day_field("Collected on")
    clock = time_field("at")
    result = choice_field("Result", list(Result.choices))
    method = choice_field("What was examined", list(Method.choices))
    sensitivity = choice_field(
        "Sensitivity",
        [("25", "25 mIU/mL"), ("50", "50 mIU/mL"), ("other", "Another value"), ("unknown", "Not known")],
    )
    other_sensitivity = forms.IntegerField(
        label="Another value, in mIU/mL",
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"class": "w-xs", "inputmode": "numeric"}),
    )
    place = choice_field(
        "Where",
        [("laboratory", "Laboratory or clinic"), ("home", "At home")],
        help_text="A home test counts only while the program accepts them.",
    )
    laboratory = text_field(
        "Laboratory and report number", help_text="So that the result can be found again.", required=False, most=120
    )
    resulted_day = day_field("Result known on", required=False)
    resulted_clock = time_field("Time of the result", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = f"{self.in_force.max_miu_ml} mIU/mL or less is needed."
        self.fields["sensitivity"].help_text = f"What the test detects. {needed}"

    @property
    def renamed(self) -> dict[str, str]:  # type: ignore[override]
        """The record's names for what this form asks otherwise."""
        return {
            "collected_at": "day",
            "resulted_at": "resulted_day",
            "sensitivity_miu_ml": "other_sensitivity",
            "home": "place",
        }

    def typed_from(self, fact: Any) -> dict[str, Any]:
        """Sensitivity and place as the form asks them."""
        detects = fact.sensitivity_miu_ml
        known = str(detects) in KNOWN_SENSITIVITIES
        typed = super().typed_from(fact) | self._as_typed(fact.resulted_at, day="resulted_day", clock="resulted_clock")
        return typed | {
            "sensitivity": "unknown" if detects is None else str(detects) if known else "other",
            "other_sensitivity": None if known else detects,
            "place": "home" if fact.home else "laboratory",
        }

    def clean(self) -> dict[str, Any]:
        """Another value needs its number; when the result was known may stay open."""
        data = super().clean()
        self._join(data, moment="resulted_at", day="resulted_day", clock="resulted_clock")
        if data.get("sensitivity") == "other" and not data.get("other_sensitivity") and "other_sensitivity" in data:
            self.add_error("other_sensitivity", "Give the value, in mIU/mL.")
        return data

    def values(self) -> dict[str, Any]:
        """Sensitivity as a number (None: not known), the place as home or not."""
        values = {"resulted_at": None} | super().values()
        del values["resulted_day"], values["resulted_clock"]
        sensitivity, other = values.pop("sensitivity"), values.pop("other_sensitivity")
        values["home"] = values.pop("place") == "home"
        values["sensitivity_miu_ml"] = {"other": other, "unknown": None}.get(sensitivity, sensitivity)
        if isinstance(values["sensitivity_miu_ml"], str):
            values["sensitivity_miu_ml"] = int(values["sensitivity_miu_ml"])
        return values


class AttestationForm(FactForm):
    """What the patient attests about contraception."""

    moment = "attested_at"
    now_by_default = True

    day = day_field("Attested on")
    clock = time_field("at")
    attested_by_name = text_field("Attested by", help_text="The patient, or the guardian of a minor.", most=160)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = contraception_fields(self.in_force)
        self.fields |= asked
        self.order_fields(["key", "day", "clock", *asked])

    @property
    def renamed(self) -> dict[str, str]:  # type: ignore[override]
        """The record's names for what this form asks otherwise."""
        return {"attested_at": "day", "methods": "highly_effective"}

    def typed_from(self, fact: Any) -> dict[str, Any]:
        """The one list of methods as the two that are asked."""
        return super().typed_from(fact) | typed_contraception(
            methods=fact.methods, abstinence=fact.abstinence, since=fact.since, in_force=self.in_force
        )

    def clean(self) -> dict[str, Any]:
        """Something has to be attested; whether it is enough is for the gate."""
        data = super().clean()
        if not methods_of(data) and not data.get("abstinence"):
            self.add_error("highly_effective", "Tick the methods, or continuous abstinence.")
        return data

    def values(self) -> dict[str, Any]:
        """One list of methods."""
        values = super().values()
        values["methods"] = methods_of(values)
        del values["highly_effective"], values["additional"]
        return values


class CycleForm(FactForm):
    """How the cycles are, which decides how often she is tested."""

    moment = "reported_at"
    now_by_default = True

    day = day_field("Reported on")
    clock = time_field("at")
    cycle = choice_field("Cycles", list(Cycle.choices))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regular, irregular = weeks_words(self.in_force.regular_days), weeks_words(self.in_force.irregular_days)
        often = f"Regular or none: a test every {regular}. Irregular or unknown: every {irregular}."
        self.fields["cycle"].help_text = often


class MenarcheForm(FactForm):
    """That a girl has her first period."""

    moment = "reported_at"
    now_by_default = True

    day = day_field("Reported on")
    clock = time_field("at")
