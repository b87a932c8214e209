"""What is known of a patient. Rows are superseded, never edited."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q

from audit import clock
from audit.constraints import day_after, not_after, not_blank, one_of
from audit.facts import Fact, InvalidFact
from audit.fields import program_field
from patients.choices import (
    Contraceptive,
    Cycle,
    DateKind,
    Method,
    ReportKind,
    ReportOutcome,
    Result,
    Subject,
)
from patients.models.patient import Patient


class PregnancyTest(Fact):
    """One pregnancy test. ``sensitivity_miu_ml``: lowest concentration detected, in mIU/mL."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="pregnancy_tests")
    collected_at = models.DateTimeField()
    resulted_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=20, choices=Result.choices)
    method = models.CharField(max_length=10, choices=Method.choices)
    sensitivity_miu_ml = models.IntegerField(
        "sensitivity in mIU/mL", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    home = models.BooleanField("home test", default=False)
    laboratory = models.CharField(max_length=120, blank=True, default="")

    class Meta(Fact.Meta):
        abstract = False
        constraints = [
            *Fact.Meta.constraints,
            one_of("result", Result),
            one_of("method", Method),
            not_after("collected_at", "resulted_at"),
            not_after("collected_at", "recorded_at"),
            not_after("resulted_at", "recorded_at"),
            CheckConstraint(condition=Q(sensitivity_miu_ml__gt=0), name="patients_test_sensitivity_positive"),
        ]
        indexes = [models.Index(fields=["patient", "collected_at"], name="test_patient")]

    def clean(self) -> None:
        """A result does not come before its sample."""
        if self.resulted_at is not None and self.resulted_at < self.collected_at:
            raise InvalidFact(field="resulted_at", message="The result is older than the sample.")


class ContraceptionAttestation(Fact):
    """What a patient attested about contraception, by whom it was attested.

    ``since`` is the day from which protection was sufficient without a gap; null: unknown.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="attestations")
    attested_at = models.DateTimeField()
    since = models.DateField(null=True, blank=True)
    abstinence = models.BooleanField(default=False)
    methods = ArrayField(models.CharField(max_length=20, choices=Contraceptive.choices), default=list, blank=True)
    attested_by_name = models.CharField(max_length=160)

    class Meta(Fact.Meta):
        abstract = False
        constraints = [
            *Fact.Meta.constraints,
            not_after("attested_at", "recorded_at"),
            not_blank("attested_by_name"),
            CheckConstraint(
                condition=Q(methods__contained_by=list(Contraceptive.values)),
                name="patients_attestation_methods_known",
            ),
            CheckConstraint(
                condition=Q(since__lte=day_after("attested_at")),
                name="patients_attestation_since_past",
            ),
        ]
        indexes = [models.Index(fields=["patient", "attested_at"], name="attestation_patient")]

    def clean(self) -> None:
        """Nobody attests what begins later."""
        if self.since is not None and self.since > clock.local_date(self.attested_at):
            raise InvalidFact(field="since", message="This day lies after the attestation.")


class CycleReport(Fact):
    """How a patient's cycles were from ``reported_at`` on."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cycle_reports")
    cycle = models.CharField(max_length=10, choices=Cycle.choices)
    reported_at = models.DateTimeField()

    class Meta(Fact.Meta):
        abstract = False
        constraints = [
            *Fact.Meta.constraints,
            one_of("cycle", Cycle),
            not_after("reported_at", "recorded_at"),
        ]
        indexes = [models.Index(fields=["patient", "reported_at"], name="cycle_patient")]


class MenarcheReport(Fact):
    """That a girl without menses has them now, as reported at ``reported_at``."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="menarche_reports")
    reported_at = models.DateTimeField()

    class Meta(Fact.Meta):
        abstract = False
        constraints = [*Fact.Meta.constraints, not_after("reported_at", "recorded_at")]
        indexes = [models.Index(fields=["patient", "reported_at"], name="menarche_patient")]


class PatientSurvey(Fact):
    """A patient's survey for one program. ``answered_by``: the patient, or who answered for them."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="surveys")
    program = program_field()
    completed_at = models.DateTimeField()
    answers = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    answered_by = models.CharField(max_length=160)

    class Meta(Fact.Meta):
        abstract = False
        constraints = [
            *Fact.Meta.constraints,
            not_blank("program"),
            not_blank("answered_by"),
            not_after("completed_at", "recorded_at"),
        ]
        indexes = [models.Index(fields=["patient", "program", "completed_at"], name="survey_patient")]


class Report(Fact):
    """A missed period, abnormal bleeding, or a pregnancy. Open until a closing says otherwise."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    subject = models.CharField(max_length=10, choices=Subject.choices, default=Subject.PATIENT)
    opened_at = models.DateTimeField()
    note = models.TextField(blank=True, default="")
    root_cause = models.TextField(blank=True, default="")

    class Meta(Fact.Meta):
        abstract = False
        constraints = [
            *Fact.Meta.constraints,
            one_of("kind", ReportKind),
            one_of("subject", Subject),
            not_after("opened_at", "recorded_at"),
            CheckConstraint(
                condition=Q(subject="patient") | Q(kind="pregnancy"),
                name="patients_report_partner_pregnancy",
                violation_error_message="About a partner only a pregnancy is reported.",
            ),
        ]
        indexes = [models.Index(fields=["patient", "opened_at"], name="report_patient")]

    def clean(self) -> None:
        """About a partner only a pregnancy is reported."""
        if self.subject == Subject.PARTNER and self.kind != ReportKind.PREGNANCY:
            raise InvalidFact(field="kind", message="About a partner only a pregnancy is reported.")


class ReportClosing(Fact):
    """The end of a report's follow-up, with its outcome."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="closings")
    closed_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=ReportOutcome.choices)

    class Meta(Fact.Meta):
        abstract = False
        constraints = [
            *Fact.Meta.constraints,
            one_of("outcome", ReportOutcome),
            not_after("closed_at", "recorded_at"),
        ]

    def clean(self) -> None:
        """A report does not end before it began."""
        if self.closed_at < self.report.opened_at:
            raise InvalidFact(field="closed_at", message="The closing lies before the report.")

    @property
    def patient(self) -> Patient:
        """The patient whom the report is about."""
        return self.report.patient

    @property
    def patient_id(self) -> int:
        """The row of that patient."""
        return self.report.patient_id


class TherapyDate(Fact):
    """A day of the therapy in one program. Only an interruption has an end, where it is known."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="therapy_dates")
    program = program_field()
    kind = models.CharField(max_length=20, choices=DateKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(Fact.Meta):
        abstract = False
        constraints = [
            *Fact.Meta.constraints,
            not_blank("program"),
            one_of("kind", DateKind),
            not_after("starts_on", "ends_on"),
            CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(kind="interruption"),
                name="patients_therapydate_end_of_interruption",
            ),
            CheckConstraint(
                condition=Q(starts_on__lte=day_after("recorded_at")),
                name="patients_therapydate_starts_past",
            ),
        ]
        indexes = [models.Index(fields=["patient", "program", "kind"], name="therapy_patient")]

    def clean(self) -> None:
        """Only an interruption ends, and not before it starts."""
        if self.ends_on is not None and self.kind != DateKind.INTERRUPTION:
            raise InvalidFact(field="ends_on", message="Only an interruption has an end.")
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise InvalidFact(field="ends_on", message="The end lies before the start.")
