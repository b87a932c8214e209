"""What is entered about a patient: tests, cycles, attestations. The same forms correct an entry."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from audit.facts import Fact
from patients.choices import HIGHLY_EFFECTIVE, Contraceptive, Cycle, Method, Result
from rems.forms.base import (
    ActForm,
    choice_field,
    day_field,
    instant_of,
    reason_field,
    text_field,
    time_field,
)

KNOWN_SENSITIVITIES = ("25", "50")


class FactForm(ActForm):
    """One entry. ``correcting`` asks why, and offers to withdraw the entry altogether."""

    moment: ClassVar[str] = ""
    """The field of the record that holds day and time together."""
    now_by_default: ClassVar[bool] = False
    """Whether an empty day and time mean the moment of sending."""

    def __init__(self, *args: Any, zone: ZoneInfo, correcting: Fact | None = None, **kwargs: Any) -> None:
        self.zone = zone
        self.correcting = correcting
        if correcting is not None:
            kwargs["initial"] = self.typed_from(correcting, zone) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if correcting is not None:
            self._ask_why()
        elif self.now_by_default:
            self.fields["day"].required = self.fields["clock"].required = False
            self.fields["day"].help_text = "Leave day and time empty for now."

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

    @classmethod
    def typed_from(cls, fact: Fact, zone: ZoneInfo) -> dict[str, Any]:
        """What the form would have held when ``fact`` was entered."""
        typed = {name: getattr(fact, name) for name in cls.base_fields if hasattr(fact, name)}
        if cls.moment:
            local = getattr(fact, cls.moment).astimezone(zone)
            typed |= {"day": local.date(), "clock": local.time().replace(second=0, microsecond=0)}
        return typed

    def clean(self) -> dict[str, Any]:
        """Day and time together are the instant at which it happened."""
        data = super().clean() or {}
        if self.moment and data.get("day") and data.get("clock"):
            try:
                data[self.moment] = self._instant(data)
            except ValidationError as error:
                self.add_error("clock", error)
        elif data.get("day") and "clock" in data:
            self.add_error("clock", "Give the time, too.")
        elif data.get("clock") and "day" in data:
            self.add_error("day", "Give the day, too.")
        return data

    def _instant(self, data: dict[str, Any]) -> Any:
        """The instant as typed; where day and minute stayed as recorded, the recorded instant."""
        typed = instant_of(data["day"], data["clock"], self.zone)
        kept = getattr(self.correcting, self.moment) if self.correcting is not None else None
        if kept is not None and kept.replace(second=0, microsecond=0) == typed:
            return kept
        return typed

    def values(self) -> dict[str, Any]:
        """The fields of the record, by name."""
        leave = {"key", "void", "correction_reason", "day", "clock"}
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
        help_text="What the test detects. 50 mIU/mL or less is needed.",
    )
    other_sensitivity = forms.IntegerField(
        label="Another value, in mIU/mL",
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"class": "w-xs", "inputmode": "numeric"}),
    )
    place = choice_field("Where", [("laboratory", "Laboratory or clinic"), ("home", "At home")])
    laboratory = text_field("Laboratory and report number", required=False, most=120)

    @property
    def renamed(self) -> dict[str, str]:  # type: ignore[override]
        """The record's names for what this form asks otherwise."""
        return {"collected_at": "day", "sensitivity_miu_ml": "other_sensitivity", "home": "place"}

    @classmethod
    def typed_from(cls, fact: Any, zone: ZoneInfo) -> dict[str, Any]:
        """Sensitivity and place as the form asks them."""
        detects = fact.sensitivity_miu_ml
        known = str(detects) in KNOWN_SENSITIVITIES
        return super().typed_from(fact, zone) | {
            "sensitivity": "unknown" if detects is None else str(detects) if known else "other",
            "other_sensitivity": None if known else detects,
            "place": "home" if fact.home else "laboratory",
        }

    def clean(self) -> dict[str, Any]:
        """Another value needs its number."""
        data = super().clean()
        if data.get("sensitivity") == "other" and not data.get("other_sensitivity") and "other_sensitivity" in data:
            self.add_error("other_sensitivity", "Give the value, in mIU/mL.")
        return data

    def values(self) -> dict[str, Any]:
        """Sensitivity as a number (None: not known), the place as home or not."""
        values = super().values()
        sensitivity, other = values.pop("sensitivity"), values.pop("other_sensitivity")
        values["home"] = values.pop("place") == "home"
        values["sensitivity_miu_ml"] = {"other": other, "unknown": None}.get(sensitivity, sensitivity)
        if isinstance(values["sensitivity_miu_ml"], str):
            values["sensitivity_miu_ml"] = int(values["sensitivity_miu_ml"])
        return values


class Ticks(forms.MultipleChoiceField):
    """Boxes of which none may be ticked, without being called optional: the form judges them together."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[str]) -> None:
        """None is an answer, too."""
        if value:
            super().validate(value)


def contraception_fields() -> dict[str, forms.Field]:
    """The questions about contraception, in the order of the rule."""
    high = [(m.value, m.label) for m in Contraceptive if m in HIGHLY_EFFECTIVE]
    more = [(m.value, m.label) for m in Contraceptive if m not in HIGHLY_EFFECTIVE]
    return {
        "highly_effective": Ticks(label="Highly effective, one or more", choices=high),
        "additional": Ticks(label="And one more", choices=more),
        "abstinence": forms.BooleanField(label="Instead of both: continuous abstinence", required=False),
        "since": day_field(
            "Used since",
            required=False,
            help_text="The day from which protection was sufficient without a gap: 28 days before the first dose.",
        ),
    }


def methods_of(data: dict[str, Any]) -> list[str]:
    """Both lists of methods together, in the order of the rule."""
    return [*data.get("highly_effective", []), *data.get("additional", [])]


class AttestationForm(FactForm):
    """What the patient attests about contraception."""

    moment = "attested_at"
    now_by_default = True

    day = day_field("Attested on")
    clock = time_field("at")
    highly_effective = contraception_fields()["highly_effective"]
    additional = contraception_fields()["additional"]
    abstinence = contraception_fields()["abstinence"]
    since = contraception_fields()["since"]
    attested_by_name = text_field("Attested by", help_text="The patient, or the guardian of a minor.", most=160)

    @property
    def renamed(self) -> dict[str, str]:  # type: ignore[override]
        """The record's names for what this form asks otherwise."""
        return {"attested_at": "day", "methods": "highly_effective"}

    @classmethod
    def typed_from(cls, fact: Any, zone: ZoneInfo) -> dict[str, Any]:
        """The one list of methods as the two that are asked."""
        high = [m for m in fact.methods if m in HIGHLY_EFFECTIVE]
        return super().typed_from(fact, zone) | {
            "highly_effective": high,
            "additional": [m for m in fact.methods if m not in HIGHLY_EFFECTIVE],
        }

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
    cycle = choice_field(
        "Cycles", list(Cycle.choices), help_text="Regular or none: a test every 4 weeks. Irregular or unknown: every 2."
    )


class MenarcheForm(FactForm):
    """That a girl has her first period."""

    moment = "reported_at"
    now_by_default = True

    day = day_field("Reported on")
    clock = time_field("at")
