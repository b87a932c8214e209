"""The closed lists of what is known of a patient. A test compares them with the engine's."""

from django.db.models import TextChoices


class Result(TextChoices):
    """What a pregnancy test said. Only ``negative`` is ever a negative."""

    NEGATIVE = "negative", "Negative"
    POSITIVE = "positive", "Positive"
    INDETERMINATE = "indeterminate", "Indeterminate"
    INVALID = "invalid", "Invalid"
    HEMOLYSED = "hemolysed", "Hemolysed"


class Method(TextChoices):
    """What a pregnancy test examined."""

    SERUM = "serum", "Serum"
    URINE = "urine", "Urine"


class Contraceptive(TextChoices):
    """Methods of contraception. Which are highly effective, each program's edition says."""

    IUD = "iud", "Intrauterine device"
    HORMONAL = "hormonal", "Hormonal"
    TUBAL_LIGATION = "tubal_ligation", "Tubal ligation"
    PARTNER_VASECTOMY = "partner_vasectomy", "Partner's vasectomy"
    MALE_CONDOM = "male_condom", "Male condom"
    DIAPHRAGM = "diaphragm", "Diaphragm"
    CERVICAL_CAP = "cervical_cap", "Cervical cap"


class Cycle(TextChoices):
    """Menstrual cycles; an unknown cycle is judged as irregular."""

    REGULAR = "regular", "Regular"
    IRREGULAR = "irregular", "Irregular"
    NONE = "none", "None"
    UNKNOWN = "unknown", "Unknown"


class ReportKind(TextChoices):
    """What was reported."""

    MISSED_PERIOD = "missed_period", "Missed period"
    ABNORMAL_BLEEDING = "abnormal_bleeding", "Abnormal bleeding"
    PREGNANCY = "pregnancy", "Pregnancy or possible exposure"


class Subject(TextChoices):
    """Whom a report is about."""

    PATIENT = "patient", "The patient"
    PARTNER = "partner", "The patient's partner"


class ReportOutcome(TextChoices):
    """How a report ended. ``ongoing`` and ``unknown`` leave a pregnancy report open."""

    FALSE_POSITIVE = "false_positive", "False positive: no pregnancy"
    EVALUATED = "evaluated", "Evaluated and counseled: no pregnancy"
    LIVE_BIRTH = "live_birth", "Live birth"
    STILLBIRTH = "stillbirth", "Stillbirth"
    MISCARRIAGE = "miscarriage", "Miscarriage"
    ECTOPIC = "ectopic", "Ectopic pregnancy"
    TERMINATION = "termination", "Termination"
    ONGOING = "ongoing", "Ongoing"
    UNKNOWN = "unknown", "Unknown"


STILL_OPEN = frozenset({ReportOutcome.ONGOING, ReportOutcome.UNKNOWN})


class DateKind(TextChoices):
    """Which day of the therapy."""

    FIRST_DOSE = "first_dose", "First dose"
    INTERRUPTION = "interruption", "Interruption"
    END = "end", "End of therapy"
