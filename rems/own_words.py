"""The words of a patient's own pages: short, plain, without the name of a drug. English here, Spanish in locale/.

Reading age twelve; a test measures the English. What a sentence asks is that of the survey, the checklist
and the agreement, said again for the patient.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eligibility.vocabulary import Category

Words = str | Promise


class Asked(NamedTuple):
    """A question of the survey, and why it is asked."""

    question: Words
    why: Words


TOLD = _("If you say yes, or are not sure, your clinic is told at once. You get no capsules until it has been checked.")
TOLD_ONLY = _("If there is a problem, your clinic is told at once. They will help you.")

QUESTIONS: Mapping[str, Asked] = {
    "pregnant": Asked(_("Are you pregnant, or do you think you may be?"), TOLD),
    "missed_period": Asked(_("Since your last survey, did you miss a period?"), TOLD),
    "abnormal_bleeding": Asked(_("Since your last survey, did you have bleeding that is not normal for you?"), TOLD),
    "methods_each_time": Asked(
        _("Did you use two kinds of birth control each time, or have no sex with men at all?"), TOLD_ONLY
    ),
    "first_period": Asked(_("Has the first period come?"), TOLD),
    "condom_each_time": Asked(
        _("Did you use a condom each time you had sex with someone who can get pregnant?"), TOLD_ONLY
    ),
    "partner_pregnant": Asked(_("Is your partner pregnant, or may she be?"), TOLD_ONLY),
    "sperm_donation": Asked(_("Did you give sperm?"), TOLD_ONLY),
    "knows_birth_defects": Asked(_("Do you know that this medicine can badly harm an unborn baby?"), TOLD_ONLY),
    "shared": Asked(_("Did anyone else take your capsules?"), TOLD_ONLY),
    "blood_donation": Asked(_("Did you give blood?"), TOLD_ONLY),
}
ANSWERS: Mapping[str, Words] = {"no": _("No"), "yes": _("Yes"), "unsure": _("I am not sure")}
"""No answer is chosen before; the order is that of the page."""

REPORTS: Mapping[str, Words] = {
    "missed_period": _("I missed a period"),
    "abnormal_bleeding": _("I had bleeding that is not normal"),
    "pregnant": _("I am or may be pregnant"),
    "first_period": _("The first period has come"),
    "partner_pregnant": _("My partner is or may be pregnant"),
    "shared": _("Someone else took or touched my capsules"),
}

METHODS: Mapping[str, Words] = {
    "iud": _("A coil in the womb (IUD)"),
    "hormonal": _("The pill, a shot, a patch, a ring or an implant"),
    "tubal_ligation": _("My tubes are tied"),
    "partner_vasectomy": _("My partner had a vasectomy"),
    "male_condom": _("A condom for men"),
    "diaphragm": _("A diaphragm"),
    "cervical_cap": _("A cap"),
}
NO_SEX = _("No sex with men at all")

_HARM = _("This medicine can badly harm an unborn baby. One capsule can be enough.")
_HANDLING = (
    _("Never share your capsules."),
    _("Keep them where no child can reach them."),
    _("Do not open or break them."),
    _("Do not give blood until 4 weeks after your last capsule."),
    _("Bring back the capsules you do not use."),
)
_TAKING = (
    _("Take the capsules as your clinic told you."),
    _("You get capsules for 28 days at most. Each time you need a new prescription."),
    _("Call your clinic if you feel unwell."),
)
_CAN = (
    _HARM,
    _("Use two kinds of birth control at the same time, or have no sex with men at all."),
    _("Start 4 weeks before the first capsule. Go on while you take it, when you pause, and 4 weeks after."),
    _("Have each pregnancy test on its day. If you miss one, you get no capsules."),
    _("Did you miss a period? Do you think you are pregnant? Stop the capsules and call at once."),
    _("Do not breast-feed."),
)
_CANNOT = (_HARM, _("Keep the capsules away from anyone who can get pregnant."))
_GIRL = (
    _HARM,
    _("If the first period comes, stop the capsules and call at once."),
    _("Your parent or guardian must know this too."),
)
_MALE = (
    _HARM,
    _("The medicine gets into sperm."),
    _("Use a condom each time you have sex with someone who can get pregnant. Do it even after a vasectomy."),
    _("Go on while you take it, when you pause, and 4 weeks after."),
    _("Do not give sperm in that time."),
    _("If your partner may be pregnant, call at once."),
)
_SURVEY = (_("Answer the survey when it is due."),)


class Section(NamedTuple):
    """Some of what the program asks, under one heading. ``tick``: of the pharmacist's checklist."""

    tick: str
    title: Words
    points: tuple[Words, ...]


PREGNANCY = Section("pregnancy", _("No pregnancy"), _CAN)
BIRTH_DEFECTS = Section("birth_defects", _("Why we are careful"), _CANNOT)
FIRST_PERIOD = Section("first_period", _("Why we are careful"), _GIRL)
PARTNERS = Section("partners", _("You and your partner"), _MALE)
HANDLING = Section("handling", _("Your capsules"), _HANDLING)
TAKING = Section("taking", _("Taking them"), (*_TAKING, *_SURVEY))

ASKS: Mapping[Category, tuple[Section, ...]] = {
    Category.ADULT_FEMALE_RP: (PREGNANCY, HANDLING, TAKING),
    Category.FEMALE_CHILD_RP: (PREGNANCY, HANDLING, TAKING),
    Category.ADULT_FEMALE_NRP: (BIRTH_DEFECTS, HANDLING, TAKING),
    Category.FEMALE_CHILD_NRP: (FIRST_PERIOD, HANDLING, TAKING),
    Category.ADULT_MALE: (PARTNERS, HANDLING, TAKING),
    Category.MALE_CHILD: (PARTNERS, HANDLING, TAKING),
}
"""What the program asks of a patient. A test holds it against the pharmacist's checklist, tick by tick."""
