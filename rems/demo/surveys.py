"""The answers of somebody about whom there is nothing to report, as the forms ask them."""

from eligibility import Category
from rems.surveys import questions_for

TRUE_OF_ALL = frozenset({"methods_each_time", "condom_each_time", "knows_birth_defects"})
"""Questions whose answer without a worry is yes."""


def patient_answers(category: Category) -> dict[str, str]:
    """The patient's survey of a category."""
    return {q.code: "yes" if q.code in TRUE_OF_ALL else "no" for q in questions_for(category)}


def prescriber_answers(category: Category) -> dict[str, bool]:
    """The prescriber's survey of a prescription: every tick that the category asks."""
    ticks = ["category_unchanged", "risks_discussed"]
    if category.can_get_pregnant:
        ticks += ["results_verified", "not_pregnant", "contraception_discussed"]
    if category is Category.FEMALE_CHILD_NRP:
        ticks.append("no_first_period")
    if category.male:
        ticks.append("condoms_discussed")
    return dict.fromkeys(ticks, True)
