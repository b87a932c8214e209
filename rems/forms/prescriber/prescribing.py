"""The prescription as it is written down, and what is done with it."""

from typing import Any

from django import forms
from django.db.models import Model, QuerySet

from eligibility.vocabulary import Category
from rems.forms.base import ActForm, choice_field, reason_field
from rems.forms.signing import Signing
from rems.forms.suggesting import ProductField

LINES = 3
KEPT = (*(f"{name}_{line}" for line in range(1, LINES + 1) for name in ("product", "capsules")), "days_supply")
"""What a draft keeps. Not the category: it is read from the prescription, and is never chosen beforehand."""
CATEGORIES = [(category.value, category.words) for category in Category]


class PrescriptionForm(ActForm):
    """One prescription, in as many strengths as it names. What the rules allow, the gate says."""

    days_supply = forms.IntegerField(
        label="Days' supply",
        help_text="Days that it covers, not capsules: 21 capsules of a 21-of-28-day cycle are 28 days.",
        min_value=1,
        max_value=366,
        widget=forms.NumberInput(attrs={"class": "w-xs", "inputmode": "numeric"}),
        error_messages={"required": "State the days."},
    )
    category = choice_field("Risk category on the prescription", CATEGORIES, help_text="As it is written there.")
    refill = forms.BooleanField(label="This is a refill", required=False)
    verbal = forms.BooleanField(label="It was given by voice", required=False)

    renamed = {"items": "product_1"}

    def __init__(self, *args: Any, products: "QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines: dict[str, forms.Field] = {}
        for line in range(1, LINES + 1):
            lines[f"product_{line}"] = ProductField(
                products,
                label="Product and strength" if line == 1 else f"Strength {line}",
                help_text="Two letters of the brand, or the strength, are enough: choose from the list."
                if line == 1
                else "",
                required=line == 1,
                error_messages={"required": "Choose a product."},
            )
            lines[f"capsules_{line}"] = forms.IntegerField(
                label="Capsules",
                required=line == 1,
                min_value=1,
                max_value=999,
                widget=forms.NumberInput(attrs={"class": "w-xs", "inputmode": "numeric"}),
                error_messages={"required": "Give the number of capsules."},
            )
        self.fields = {"key": self.fields.pop("key")} | lines | self.fields

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        """Product and capsules of each line, for the template."""
        return [(self[f"product_{n}"], self[f"capsules_{n}"]) for n in range(1, LINES + 1)]

    def clean(self) -> dict[str, Any]:
        """A strength has its capsules, and stands once."""
        data = super().clean() or {}
        seen: set[Model] = set()
        for line in range(1, LINES + 1):
            product, capsules = data.get(f"product_{line}"), data.get(f"capsules_{line}")
            if product and not capsules and f"capsules_{line}" not in self.errors:
                self.add_error(f"capsules_{line}", "Give the number of capsules.")
            if capsules and not product and f"product_{line}" not in self.errors:
                self.add_error(f"product_{line}", "Choose a product for these capsules.")
            if product in seen:
                self.add_error(f"product_{line}", "This product stands above already.")
            if product:
                seen.add(product)
        return data

    def items(self) -> list[tuple[Any, int]]:
        """Products with their capsules."""
        data = self.cleaned_data
        chosen = [(data.get(f"product_{n}"), data.get(f"capsules_{n}")) for n in range(1, LINES + 1)]
        return [(product, capsules) for product, capsules in chosen if product and capsules]


class CounselingForm(Signing, ActForm):
    """That the patient was counseled for this prescription."""

    counseled = forms.BooleanField(
        label="I counseled the patient for this prescription",
        error_messages={"required": "Tick it once you have counseled."},
    )


class AskForm(ActForm):
    """Nothing but the key: ask for an authorization, end a delegate's work."""


class CancelForm(ActForm):
    """Why a number is cancelled."""

    reason = reason_field("Why is it cancelled?", help_text="The pharmacy sees it.")
