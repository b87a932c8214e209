"""What a patient is asked on their own pages. The words are translated; no answer is chosen beforehand."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.languages import Language
from rems.forms.base import ActForm, DayInput, offer, validate_visible
from rems.own_words import ANSWERS, METHODS, NO_SEX, REPORTS
from rems.surveys import Question

CHOOSE = _("Choose one.")
PATIENT, GUARDIAN = "patient", "guardian"
SAME, OTHER = "same", "other"


class PatientForm(ActForm):
    """A form of the patient's pages: what an act finds wrong is said in the patient's language, too."""

    def add_error(self, field: str | None, error: Any) -> None:
        """As every form, translated."""
        super().add_error(field, translated(error))


def translated(error: Any) -> Any:
    """A text, or a plain error with its texts, in the language of the page; anything else as it is."""
    if isinstance(error, str):
        return gettext(error)
    if isinstance(error, ValidationError) and not hasattr(error, "error_dict"):
        return ValidationError([gettext(message) for message in error.messages])
    if isinstance(error, list):
        return [translated(one) for one in error]
    return error


def _day(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    wrong = _("Write the day as month, day and year.")
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=DayInput(),
        error_messages={"required": _("Give the day."), "invalid": wrong},
    )


def _one_of(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    errors = {"required": CHOOSE, "invalid_choice": CHOOSE}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=errors)


class EnterForm(PatientForm):
    """Who is there, and the patient's birth date, before anything is shown."""

    born = _day(
        _("The patient’s date of birth"),
        required=True,
        help_text=_("It shows us that this page opens for the right person."),
    )
    who = _one_of(_("Who are you?"), [(PATIENT, _("I am the patient")), (GUARDIAN, _("I am the parent or guardian"))])
    guardian_name = forms.CharField(
        label=_("If you are the parent or guardian: your full name"),
        required=False,
        max_length=160,
        validators=[validate_visible],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(choices=Language.choices, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A guardian says who it is."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("who") == GUARDIAN and not data.get("guardian_name") and "guardian_name" not in self.errors:
            self.add_error("guardian_name", _("Type your full name."))
        return data

    @property
    def guardian(self) -> str | None:
        """The guardian's name; None: the patient is there."""
        return str(self.cleaned_data["guardian_name"]) if self.cleaned_data["who"] == GUARDIAN else None


class AnswerForm(PatientForm):
    """One question of the survey."""

    answer = _one_of(_("Your answer"), list(ANSWERS.items()))


class SendForm(PatientForm):
    """The survey is sent: nothing but the key."""


class TellForm(PatientForm):
    """What happened, and since when."""

    what = _one_of(_("What happened?"), [])
    since = _day(_("Since when? If you know"), help_text=_("The day helps your clinic to help you."))

    def __init__(self, *args: Any, asked: tuple[Question, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "what", [(question.code, str(REPORTS[question.code])) for question in asked])


class SameForm(PatientForm):
    """Whether the birth control is still the same."""

    still = _one_of(
        _("Is this still so?"), [(SAME, _("Yes, nothing has changed")), (OTHER, _("Something has changed"))]
    )


class MethodsForm(PatientForm):
    """The birth control as it is now."""

    methods = forms.MultipleChoiceField(
        label=_("What do you use? Choose all that you use"),
        choices=list(METHODS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    abstinence = forms.BooleanField(label=NO_SEX, required=False)
    since = _day(
        _("Since which day, without a break?"),
        help_text=_("The first day on which you were safe. Leave it empty if you do not know."),
    )

    def clean(self) -> dict[str, Any]:
        """Something has to be chosen; whether it is enough is for the gate."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("methods") and not data.get("abstinence"):
            self.add_error("methods", _("Choose what you use."))
        return data
