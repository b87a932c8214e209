"""Enrollment: the category follows from plain questions, the agreement asks what it needs."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import RegexValidator

from accounts.models import SigningMethod
from eligibility.categories import MENOPAUSE, PREMENARCHAL, category_from
from eligibility.moments import count_words
from eligibility.vocabulary import Category
from patients.choices import Cycle
from rems.diagnoses import diagnoses_of
from rems.forms.base import ActForm, Choices, choice_field, day_field, offer, reason_field, text_field
from rems.forms.prescriber.contraception import contraception_fields, methods_of
from rems.forms.signing import Signing
from rems.forms.suggesting import WORD, suggest
from rems.models.enrollment import ICD_10
from rems.queries.in_force import Values, weeks_words

SEXES = [("female", "Female"), ("male", "Male")]
BASIS_WORDS = {
    MENOPAUSE: "Natural menopause",
    "hysterectomy": "The uterus was removed (hysterectomy)",
    "bilateral_oophorectomy": "Both ovaries were removed (bilateral oophorectomy)",
    PREMENARCHAL: "No first period yet",
}
NO_BASIS = ("none", "None of these")
MENSES = [("yes", "Yes"), ("no", "No, not yet")]
ICD10 = RegexValidator(ICD_10, "Write the ICD-10 code, for example C90.0.", flags=re.IGNORECASE | re.ASCII)


def bases(in_force: Values) -> Choices:
    """Why an adult female cannot get pregnant, or none of it."""
    months = count_words(in_force.menopause_months, "month")
    words = BASIS_WORDS | {MENOPAUSE: f"{BASIS_WORDS[MENOPAUSE]} for {months} in a row or longer"}
    return [(code, text) for code, text in words.items() if code != PREMENARCHAL] + [NO_BASIS]


class CategoryQuestions(forms.Form):
    """Plain questions, asked one after the other; ``category`` once they are answered.

    They are asked in the address (GET), and sent once more with the agreement: nothing is recorded by
    answering them.
    """

    program = choice_field("Program", [])
    sex = choice_field("Sex recorded at birth", SEXES, help_text="Decides the category, and so what is asked.")
    basis = choice_field(
        "Is one of these true?", [], help_text="Only these three mean that an adult female cannot get pregnant."
    )
    menses = choice_field("Has she had a first period?", MENSES, help_text="From then on a child can get pregnant.")

    def __init__(self, data: Any, *, programs: Choices, in_force: Values, child: bool, fixed_program: str = "") -> None:
        super().__init__(data or None, label_suffix="")
        self.child = child
        self.fixed_program = fixed_program
        offer(self, "program", programs)
        offer(self, "basis", bases(in_force))
        self._choices = {
            "program": dict(programs),
            "sex": dict(SEXES),
            "basis": dict(bases(in_force)),
            "menses": dict(MENSES),
        }
        if fixed_program:
            del self.fields["program"]
        self._ask_only_what_is_needed()

    def _typed(self, name: str) -> str:
        return str(self.data.get(name, "")) if self.is_bound else ""

    def _ask_only_what_is_needed(self) -> None:
        female = self._typed("sex") == "female"
        if not (female and not self.child):
            del self.fields["basis"]
        if not (female and self.child):
            del self.fields["menses"]

    @property
    def unanswered(self) -> bool:
        """Whether a question was never sent, so that its error would be a reproach for nothing."""
        return any(name not in self.data for name in self.fields) if self.is_bound else True

    @property
    def category(self) -> Category | None:
        """The category that follows; None while a question is open."""
        if self.unanswered or not self.is_valid():
            return None
        answers = self.cleaned_data
        return category_from(
            female=answers["sex"] == "female",
            child=self.child,
            menses=answers.get("menses") == "yes",
            basis=self.basis_code,
        )

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Each question with its answer, as they are read."""
        asked = self.fields.items()
        return [(str(field.label), self._choices[name].get(self._typed(name), "")) for name, field in asked]

    @property
    def query(self) -> str:
        """The answers as the address holds them."""
        return urlencode({name: self._typed(name) for name in self.fields})

    @property
    def program_chosen(self) -> str:
        """The program that the questions are about."""
        return self.fixed_program or str(self.cleaned_data["program"])

    @property
    def basis_code(self) -> str:
        """What the category rests on; '' where it needs nothing."""
        if self.cleaned_data.get("menses") == "no":
            return PREMENARCHAL
        basis = str(self.cleaned_data.get("basis", ""))
        return "" if basis == "none" else basis


HOW = [
    (SigningMethod.DEVICE.value, "Here, on this device: the patient types the name"),
    (SigningMethod.PAPER.value, "On paper, which is kept with the patient’s file"),
]


class Agreed(Signing, ActForm):
    """Under an agreement: the patient, the guardian of a minor, and the prescriber last."""

    renamed = {"signed_at": "signed_on"}

    def __init__(self, *args: Any, category: Category, today: date, **kwargs: Any) -> None:
        self.category = category
        self.today = today
        super().__init__(*args, **kwargs)
        if category.child:
            return
        for name in ("guardian_name", "guardian_agrees"):
            del self.fields[name]

    how = choice_field("How does the patient sign?", HOW, help_text="Kept with the signature.")
    signed_on = day_field("Signed by the patient on")
    patient_name = text_field("Full name, typed by the patient", most=160, wide="")
    patient_agrees = forms.BooleanField(
        label="The patient has read the agreement, or it was read to them, and agrees to it",
        error_messages={"required": "Without the patient's word nothing is signed."},
    )
    guardian_name = text_field("Full name, typed by the parent or guardian", most=160, wide="")
    guardian_agrees = forms.BooleanField(
        label="The parent or guardian has read the agreement and agrees to it",
        error_messages={"required": "A child's agreement needs the guardian's signature."},
    )

    def clean_signed_on(self) -> date:
        """Nobody signed in the future."""
        day: date = self.cleaned_data["signed_on"]
        if day > self.today:
            raise forms.ValidationError("The day is in the future.")
        return day

    def signatures(self) -> dict[str, Any]:
        """The day, the names and the method, as the acts take them, and how the prescriber signs."""
        return {
            "how": SigningMethod(self.cleaned_data["how"]),
            "given": self.given(),
            "signed_on": self.cleaned_data["signed_on"],
            "patient_name": self.cleaned_data["patient_name"],
            "guardian_name": self.cleaned_data.get("guardian_name", ""),
        }


ORDER = ["key", "last_menses", "highly_effective", "additional", "abstinence", "since", "cycle", "diagnosis", "reason"]
"""As the page shows them; the signatures follow."""


class Asked(ActForm):
    """What an agreement says beside the category, asked as this category needs it."""

    category: Category

    diagnosis = text_field("Diagnosis, ICD-10", most=8, wide="w-sm", help_text="The code, or a word of it: myeloma.")

    def __init__(
        self,
        *args: Any,
        in_force: Values,
        basis: str = "",
        changing: bool = False,
        **kwargs: Any,
    ) -> None:
        self.in_force = in_force
        super().__init__(*args, **kwargs)
        self.fields["diagnosis"].validators.append(ICD10)
        if basis == MENOPAUSE:
            self.fields["last_menses"] = day_field(
                "First day of the last period", help_text="If only the month is known, give its last day."
            )
        if self.category.can_get_pregnant:
            self.fields |= contraception_fields(in_force)
            self.fields["cycle"] = choice_field("Cycles", list(Cycle.choices), help_text=self._how_often())
        if changing:
            self.fields["reason"] = reason_field("Why does the category change?")
        self.order_fields(ORDER)

    def _how_often(self) -> str:
        regular, irregular = weeks_words(self.in_force.regular_days), weeks_words(self.in_force.irregular_days)
        return f"Decides how often she is tested: every {regular}, or every {irregular}."

    def offer_diagnoses(self, program: str) -> None:
        """Suggest the codes of the program's indications."""
        known = [(each.code, each.words) for each in diagnoses_of(program)]
        suggest(self, "diagnosis", known, takes=WORD, stands=ICD_10)

    @property
    def protected(self) -> str:
        """How long protection comes before the first dose."""
        return weeks_words(self.in_force.protected_days)

    @property
    def asks_contraception(self) -> bool:
        """Whether the section about contraception is shown."""
        return "cycle" in self.fields

    def clean_diagnosis(self) -> str:
        """Capitals, as the code is written."""
        return str(self.cleaned_data["diagnosis"]).upper()

    def clean(self) -> dict[str, Any]:
        """She attests methods or abstinence; whether it is enough is for the gate."""
        data = super().clean() or {}
        if self.asks_contraception and not methods_of(data) and not data.get("abstinence"):
            self.add_error("highly_effective", "Tick the methods, or continuous abstinence.")
        return data

    def attested(self) -> dict[str, Any]:
        """What she attests about contraception."""
        data = self.cleaned_data
        return {"methods": methods_of(data), "abstinence": data["abstinence"], "since": data["since"]}


class PreparationForm(Asked):
    """An agreement that is prepared: patient and guardian sign it by link, the prescriber after them."""

    renamed = {"prepared": "diagnosis"}

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        self.category = category
        super().__init__(*args, **kwargs)


class RenewalForm(ActForm):
    """The agreement of the present category, prepared anew: nothing more is asked."""


class CompletionForm(Signing, ActForm):
    """The prescriber's signature under what patient and guardian signed by link."""


class WithdrawalForm(ActForm):
    """Why what was prepared is taken back."""

    reason = reason_field("Why is it withdrawn?")


class AgreementForm(Agreed, Asked):
    """The agreement of one category, with what only this category is asked, signed here."""
