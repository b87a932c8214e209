"""The two surveys. Each category is asked its own questions; no answer is chosen beforehand.

The sources name the surveys and not their wording: the questions are this project's (D), after the
points of the agreement. An answer that means danger is recorded as a report by the view as well.
"""

from typing import Any

from django import forms
from django.http import HttpRequest

from eligibility.vocabulary import Category
from patients.models import PatientSurvey
from rems.forms.base import ActForm, choice_field, day_field, text_field, time_field
from rems.forms.prescriber.facts import FactForm
from rems.forms.signing import SIGNING_FIELDS, Signing
from rems.surveys import questions_for

YES_NO = [("yes", "Yes"), ("no", "No")]


class PatientSurveyForm(FactForm):
    """The patient's survey, answered together or read over the telephone."""

    moment = "completed_at"
    now_by_default = True

    day = day_field("Answered on")
    clock = time_field("at")
    answered_by = text_field("Answered by", help_text="The patient, or the guardian of a minor.", most=160)

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        self.questions = questions_for(category)
        super().__init__(*args, **kwargs)
        asked = {f"q_{q.code}": choice_field(q.words, YES_NO) for q in self.questions}
        self.fields = {"key": self.fields.pop("key")} | asked | self.fields

    def typed_from(self, fact: Any) -> dict[str, Any]:
        """The answers as the form asks them."""
        answers = {f"q_{code}": answer for code, answer in fact.answers.items()}
        return super().typed_from(fact) | answers

    def values(self) -> dict[str, Any]:
        """The answers by the code of their question."""
        values = super().values()
        answers = {q.code: values.pop(f"q_{q.code}") for q in self.questions}
        return values | {"answers": answers}

    def worries(self) -> list[str]:
        """What a yes has to be recorded as: kinds of reports, or the first period. Corrected: a new yes."""
        said = self.correcting.answers if isinstance(self.correcting, PatientSurvey) else {}
        new = [q for q in self.questions if self.cleaned_data[f"q_{q.code}"] == "yes" and said.get(q.code) != "yes"]
        return [q.report for q in new if q.report]


def _attest(label: str) -> forms.BooleanField:
    return forms.BooleanField(
        label=label,
        widget=forms.CheckboxInput(attrs={"data-digit": True}),
        error_messages={"required": "The survey is not complete without it."},
    )


class PrescriberSurveyForm(Signing, ActForm):
    """The prescriber's survey of one prescription: what the prescriber attests, tick by tick.

    ``results``: the tests that it lists, by their rows; the page sends back those that were read.
    """

    def __init__(
        self,
        *args: Any,
        category: Category,
        results: list[int] | None = None,
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.category = category
        self.results = results or []
        self.fields["category_unchanged"] = _attest(f"The category is right: {category.words.lower()}")
        if category.can_get_pregnant:
            self.fields["results_verified"] = _attest(
                "I verified the pregnancy tests listed here, also those that a delegate entered"
            )
            self.fields["not_pregnant"] = _attest("To my knowledge she is not pregnant")
            self.fields["contraception_discussed"] = _attest(
                "Contraception was discussed, and what is attested still holds"
            )
        if category is Category.FEMALE_CHILD_NRP:
            self.fields["no_first_period"] = _attest("She has had no first period")
        if category.male:
            self.fields["condoms_discussed"] = _attest("Condoms, and no donation of sperm, were discussed")
        self.fields["risks_discussed"] = _attest("The risk of birth defects was discussed")
        if request is not None:
            self.ask_signature(request)

    def answers(self) -> dict[str, bool]:
        """Each tick by its code."""
        leave = {"key", *SIGNING_FIELDS}
        return {name: bool(value) for name, value in self.cleaned_data.items() if name not in leave}

    @property
    def listed(self) -> str:
        """The tests that the page lists now, as it sends them back."""
        return ",".join(str(row) for row in self.results)

    def clean(self) -> dict[str, Any]:
        """What is attested is what was read: nothing was recorded or corrected since the page was shown."""
        if self.data.get("results", "") != self.listed:
            self.add_error(None, "A result was recorded or corrected meanwhile. Look at the list again, then sign.")
        return super().clean()
