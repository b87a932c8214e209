"""The closed lists of the gate's records. A test compares them with the engine's."""

from django.db.models import TextChoices


class Category(TextChoices):
    """Risk categories of the US programs."""

    ADULT_FEMALE_RP = "adult_female_rp", "Adult female who can get pregnant"
    ADULT_FEMALE_NRP = "adult_female_nrp", "Adult female who cannot get pregnant"
    FEMALE_CHILD_RP = "female_child_rp", "Female child who can get pregnant"
    FEMALE_CHILD_NRP = "female_child_nrp", "Female child who cannot get pregnant"
    ADULT_MALE = "adult_male", "Adult male"
    MALE_CHILD = "male_child", "Male child"


class Basis(TextChoices):
    """Why a patient is said to be unable to get pregnant. Tubal ligation is recorded and no basis."""

    NATURAL_MENOPAUSE = "natural_menopause", "Natural menopause"
    HYSTERECTOMY = "hysterectomy", "Hysterectomy"
    BILATERAL_OOPHORECTOMY = "bilateral_oophorectomy", "Bilateral oophorectomy"
    PREMENARCHAL = "premenarchal", "No menses yet"
    TUBAL_LIGATION = "tubal_ligation", "Tubal ligation"


class Stage(TextChoices):
    """The moments at which the question is asked."""

    AUTHORIZE = "authorize", "Authorization"
    CONFIRM = "confirm", "Confirmation"
    HAND_OVER = "hand_over", "Hand-over"


class Answer(TextChoices):
    """What a decision said."""

    ALLOWED = "allowed", "Allowed"
    REFUSED = "refused", "Refused"
    NOT_GATED = "not_gated", "Not gated"


class Delivery(TextChoices):
    """How the medicine reaches the patient."""

    HAND = "hand", "Handed over"
    SHIP = "ship", "Shipped"


class FlagKind(TextChoices):
    """What a flag on a work list says. The gate never reads one."""

    DUE_SOON = "due_soon", "Due soon"
    OVERDUE = "overdue", "Overdue"
    CLOSING = "closing", "Closes soon"
    LAPSED = "lapsed", "Lapsed"


class Conclusion(TextChoices):
    """What the review of an opened record found."""

    JUSTIFIED = "justified", "Justified"
    NOT_JUSTIFIED = "not_justified", "Not justified"


class OtherItem(TextChoices):
    """Items of work lists beside what falls due and what a reason names."""

    NEXT_AUTHORIZATION = "next_authorization", "Next authorization"
    FILL_OPENS = "fill_opens", "Fill opens"
    CLOSES_BEFORE_FILL = "closes_before_fill", "Number closes before the fill opens"


class Ruling(TextChoices):
    """What a second person said to the request to waive an item of a work list."""

    APPROVED = "approved", "Waived"
    REFUSED = "refused", "Not waived"


class DueKind(TextChoices):
    """What falls due or ends with time."""

    TEST = "test", "Pregnancy test"
    SURVEY = "survey", "Patient survey"
    RE_ENROLLMENT = "re_enrollment", "New agreement after a stop"
    ADULT_FORM = "adult_form", "Agreement for adults"
    CERTIFICATION = "certification", "Prescriber’s certification"
    AUTHORIZATION = "authorization", "Authorization number"
    CONFIRMATION = "confirmation", "Confirmation number"

    @property
    def is_number(self) -> bool:
        """Whether it is a number, which closes and lapses; everything else is due."""
        return self in (DueKind.AUTHORIZATION, DueKind.CONFIRMATION)


class EventKind(TextChoices):
    """What happened, and is told at once."""

    POSITIVE_TEST = "positive_test", "Positive test"
    PREGNANCY_REPORT = "pregnancy_report", "Pregnancy report opened"
    EVALUATION = "evaluation", "Evaluation opened"
    CONFIRMATION_HELD = "confirmation_held", "Confirmation held"
    RECORD_OPENED = "record_opened", "Record opened by break-glass"


class NoticeKind(TextChoices):
    """Everything that a notice tells of: what falls due, and what happened."""

    TEST = DueKind.TEST.value, DueKind.TEST.label
    SURVEY = DueKind.SURVEY.value, DueKind.SURVEY.label
    RE_ENROLLMENT = DueKind.RE_ENROLLMENT.value, DueKind.RE_ENROLLMENT.label
    ADULT_FORM = DueKind.ADULT_FORM.value, DueKind.ADULT_FORM.label
    CERTIFICATION = DueKind.CERTIFICATION.value, DueKind.CERTIFICATION.label
    AUTHORIZATION = DueKind.AUTHORIZATION.value, DueKind.AUTHORIZATION.label
    CONFIRMATION = DueKind.CONFIRMATION.value, DueKind.CONFIRMATION.label
    POSITIVE_TEST = EventKind.POSITIVE_TEST.value, EventKind.POSITIVE_TEST.label
    PREGNANCY_REPORT = EventKind.PREGNANCY_REPORT.value, EventKind.PREGNANCY_REPORT.label
    EVALUATION = EventKind.EVALUATION.value, EventKind.EVALUATION.label
    CONFIRMATION_HELD = EventKind.CONFIRMATION_HELD.value, EventKind.CONFIRMATION_HELD.label
    RECORD_OPENED = EventKind.RECORD_OPENED.value, EventKind.RECORD_OPENED.label

    def is_urgent(self, step: str) -> bool:
        """Whether it is told in quiet hours, too (D): what holds the gate, and a number that lapses today."""
        if self in (NoticeKind.AUTHORIZATION, NoticeKind.CONFIRMATION):
            return step == ON_THE_DAY
        return self in URGENT


ON_THE_DAY = "on_the_day"
AT_ONCE = "at_once"
"""The only step of what happened."""
URGENT = frozenset(
    {
        NoticeKind.POSITIVE_TEST,
        NoticeKind.PREGNANCY_REPORT,
        NoticeKind.EVALUATION,
        NoticeKind.CONFIRMATION_HELD,
    }
)


class Channel(TextChoices):
    """How a message reaches a person."""

    IN_APP = "in_app", "On the page"
    EMAIL = "email", "E-mail"
    TEXT = "text", "Text message"


class DeviationKind(TextChoices):
    """What a departure from the program was."""

    TEST_LATE = "test_was_late", "Test late"
    FILL_EARLY = "fill_early", "Fill early"
    CONFIRMATION_LAPSED = "confirmation_lapsed", "Confirmation lapsed"
    AUTHORIZATION_CLOSED = "authorization_closed", "Authorization closed unused"
    SHIPPED_LATE = "shipped_late", "Shipped a day late"
    NO_CONFIRMATION = "no_confirmation", "No confirmation"
    SITE_NOT_CERTIFIED = "site_not_certified", "Site not certified"
    WRONG_CATEGORY = "wrong_category", "Wrong category"
    SUPPLY_OVER = "supply_over", "Too many days supplied"
    CHECKLIST_MISSING = "checklist_missing", "Checklist not complete"


class DeviationEnd(TextChoices):
    """How a deviation ended, as it was signed."""

    CORRECTED = "corrected", "The corrective action was taken"
    NONE_NEEDED = "none_needed", "No corrective action is needed"
    NO_DEVIATION = "no_deviation", "It was no deviation"
