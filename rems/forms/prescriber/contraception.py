"""The questions about contraception, as an agreement and an attestation ask them."""

from datetime import date
from typing import Any

from django import forms

from eligibility.moments import count_words
from patients.choices import Contraceptive
from rems.forms.base import day_field
from rems.queries.in_force import Values


class Ticks(forms.MultipleChoiceField):
    """Boxes of which none may be ticked, without being called optional: the form judges them together."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[str]) -> None:
        """None is an answer, too."""
        if value:
            super().validate(value)


def contraception_fields(in_force: Values) -> dict[str, forms.Field]:
    """The questions about contraception, in the order of the rule."""
    high = [(m.value, m.label) for m in Contraceptive if m.value in in_force.highly_effective]
    more = [(m.value, m.label) for m in Contraceptive if m.value not in in_force.highly_effective]
    protected = count_words(in_force.protected_days, "day")
    return {
        "highly_effective": Ticks(label="Highly effective, one or more", choices=high),
        "additional": Ticks(label="And one more", choices=more),
        "abstinence": forms.BooleanField(label="Instead of both: continuous abstinence", required=False),
        "since": day_field(
            "Used since",
            required=False,
            help_text=f"The day from which protection was sufficient without a gap: {protected} before the first dose.",
        ),
    }


def methods_of(data: dict[str, Any]) -> list[str]:
    """Both lists of methods together, in the order of the rule."""
    return [*data.get("highly_effective", []), *data.get("additional", [])]


def typed_contraception(
    *, methods: list[str], abstinence: bool, since: date | None, in_force: Values
) -> dict[str, Any]:
    """What was attested, as the questions ask it: one list of methods as the two."""
    high = [method for method in methods if method in in_force.highly_effective]
    return {
        "abstinence": abstinence,
        "since": since,
        "highly_effective": high,
        "additional": [method for method in methods if method not in high],
    }
