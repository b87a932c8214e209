"""The forms at the counter. Nothing that attests is preselected."""

from typing import Any, ClassVar, NamedTuple

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError

from eligibility.vocabulary import Category
from patients.choices import ReportKind, Subject
from pharmacies.models import Pharmacy
from rems.checklists import Tick, checklist
from rems.forms.base import ActForm, choice_field, offer, reason_field, text_field, validate_visible
from rems.forms.prescriber.events import WHAT
from rems.models import Product
from rems.queries.pharmacy import products
from rems.surveys import PARTNER

AS_ENROLLED, OTHER = "as_enrolled", "other"
SHORT_WORDS = {
    Category.ADULT_FEMALE_RP: "Can get pregnant",
    Category.FEMALE_CHILD_RP: "Can get pregnant, child",
    Category.ADULT_FEMALE_NRP: "Cannot get pregnant",
    Category.FEMALE_CHILD_NRP: "Cannot get pregnant, child",
    Category.ADULT_MALE: "Adult male",
    Category.MALE_CHILD: "Male child",
}


class TickRow(NamedTuple):
    """One tick of the list as the form shows it."""

    tick: Tick
    ticked: bool


class SiteForm(forms.Form):
    """At which of one's sites one works now."""

    site = forms.ModelChoiceField(
        queryset=Pharmacy.objects.none(),
        label="Site",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a site.", "invalid_choice": "Choose one of your sites."},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class ConfirmForm(ActForm):
    """What the pharmacist reads, counts and ticks before a confirmation number.

    Missing ticks are no error of the form: the gate answers them with a recorded refusal.
    """

    category = choice_field("Category on the prescription", [])
    other_category = forms.ChoiceField(
        label="If another one: which", required=False, widget=forms.Select(attrs={"class": "form-select w-md"})
    )
    days_counted = forms.IntegerField(
        label="Days on hand",
        required=False,
        min_value=0,
        max_value=366,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-xs"}),
        error_messages={
            "invalid": "Write whole days, in figures.",
            "min_value": "Write 0 or more days.",
            "max_value": "Write 366 or fewer days.",
        },
    )
    points = forms.MultipleChoiceField(
        label="I counseled the patient on", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, enrolled: Category, computed: int, **kwargs: Any) -> None:
        self.enrolled = enrolled
        self.ticks: tuple[Tick, ...] = checklist(enrolled)
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            (AS_ENROLLED, f"{SHORT_WORDS[enrolled]}, as enrolled"),
            (OTHER, "Another one, or none"),
        ]
        self.fields["category"].widget.attrs["data-digit"] = True
        others = [(c.value, c.words) for c in Category if c is not enrolled]
        self.fields["other_category"].choices = [("", "None stands there"), *others]  # type: ignore[attr-defined]
        self.fields["points"].choices = [(t.code, t.title) for t in self.ticks]  # type: ignore[attr-defined]
        self.fields["days_counted"].help_text = f"Computed: {computed}. Type a number only if you counted."
        self.helper.layout = self.layout()

    def layout(self) -> Layout:
        """The fields as in the mockup; each group has its own template."""
        return Layout(
            "key",
            Div(Field("category", template="rems/pharmacy/fields/category.html"), "days_counted", css_class="fields"),
            Field("points", template="rems/pharmacy/fields/points.html"),
        )

    @property
    def tick_rows(self) -> list[TickRow]:
        """Each tick with whether it was ticked when the form was sent."""
        ticked = self["points"].value() or []
        return [TickRow(tick, tick.code in ticked) for tick in self.ticks]

    def clean(self) -> dict[str, Any]:
        """Both answers about the category at once contradict each other."""
        data = super().clean() or self.cleaned_data
        if data.get("category") == AS_ENROLLED and data.get("other_category"):
            self.add_error(
                "category", "Two answers: “as enrolled”, and another category. Choose the one that stands there."
            )
        return data

    @property
    def read_category(self) -> str:
        """The code of the category on the prescription, '' where none stands there."""
        if self.cleaned_data["category"] == AS_ENROLLED:
            return self.enrolled.value
        return str(self.cleaned_data["other_category"])


class HandOverForm(ActForm):
    """How the medicine leaves, and the Medication Guide with it."""

    method = choice_field("How does it leave?", [("hand", "Handed over"), ("ship", "Shipped")])
    medication_guide = forms.BooleanField(label="Medication Guide given", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = self.layout()

    def layout(self) -> Layout:
        """The choices carry their own deadlines, which the page knows."""
        return Layout(
            "key",
            Field("method", template="rems/pharmacy/fields/method.html"),
            Field("medication_guide", template="rems/pharmacy/fields/medication_guide.html"),
        )


class CancelForm(ActForm):
    """Why the number is given back."""

    reason = reason_field("Why was it not dispensed?", help_text="Kept with the number.")


class EventForm(ActForm):
    """What the patient told at the counter. It counts from now."""

    renamed: ClassVar[dict[str, str]] = {"kind": "what", "subject": "what", "opened_at": "what"}

    what = choice_field("What happened?", WHAT)
    note = forms.CharField(
        label="What was said",
        help_text="Optional. For the prescriber and the program.",
        required=False,
        max_length=2000,
        validators=[validate_visible],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if category.male:
            offer(self, "what", [choice for choice in WHAT if choice[0] == PARTNER])

    @property
    def about_partner(self) -> bool:
        """Whether the pregnancy is the partner's."""
        return bool(self.cleaned_data["what"] == PARTNER)

    def values(self) -> dict[str, Any]:
        """Kind, whom it is about, and what was said."""
        kind = ReportKind.PREGNANCY.value if self.about_partner else self.cleaned_data["what"]
        subject = Subject.PARTNER.value if self.about_partner else Subject.PATIENT.value
        return {"kind": kind, "subject": subject, "note": self.cleaned_data["note"]}

    @property
    def done(self) -> str:
        """What the report brought about."""
        if self.about_partner:
            return "Reported. The program follows it to its outcome."
        return "Reported. Nothing is dispensed until it is closed."


class ReturnForm(ActForm):
    """Unused capsules that came back."""

    number = text_field(
        "Number on the prescription, or the patient's number",
        help_text="Authorization or confirmation number, or P-0000000 of a patient of this site.",
        most=60,
        autocapitalize="characters",
        spellcheck="false",
    )
    product = forms.ModelChoiceField(
        queryset=Product.objects.none(),
        label="Product",
        empty_label="Choose the product",
        error_messages={"required": "Choose the product.", "invalid_choice": "Choose one of the products."},
    )
    capsules = forms.IntegerField(
        label="Capsules",
        min_value=1,
        max_value=1000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-xs"}),
        error_messages={
            "required": "Count the capsules.",
            "invalid": "Write whole capsules, in figures.",
            "min_value": "Write 1 or more capsules.",
            "max_value": "Write 1000 or fewer capsules.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = products()  # type: ignore[attr-defined]

    def refuse_number(self, message: str) -> None:
        """Say at the field why the number does not serve."""
        self.add_error("number", ValidationError(message))
