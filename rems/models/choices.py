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


class Channel(TextChoices):
    """How a message reaches a person."""

    EMAIL = "email", "E-mail"


class Ruling(TextChoices):
    """What a second person decided on what was asked or entered."""

    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"


class LaterKind(TextChoices):
    """What was done by telephone while this system was down."""

    AUTHORIZATION = "authorization", "Authorization"
    CONFIRMATION = "confirmation", "Confirmation"
    DISPENSING = "dispensing", "Dispensing"
