"""What a patient does on their own pages: the link that opens them, answers, and what is told at once."""

from django.db import models
from django.db.models import CheckConstraint, Q

from audit.constraints import not_after, not_blank, one_of, together
from audit.fields import person_field, program_field
from rems.models.choices import PlainAnswer
from rems.models.enrollment import Enrollment
from rems.models.links import OneTimeLink, Tried, link_constraints

PROTECT = models.PROTECT


class PatientLink(OneTimeLink):
    """A link by which a patient, or a guardian, comes to the patient's own pages, once."""

    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="links")

    class Meta:
        constraints = link_constraints("rems_patientlink", of="patient")

    def __str__(self) -> str:
        return f"Link of {self.made_at:%Y-%m-%d} for {self.patient}"


class PatientLinkTry(Tried):
    """A try at the link to a patient's own pages. Insert-only."""

    link = models.ForeignKey(PatientLink, on_delete=PROTECT, related_name="tries")

    @property
    def patient_id(self) -> int:
        """The row of the patient whose pages the link opens."""
        return self.link.patient_id


class PatientAnswer(models.Model):
    """One answer of a survey that is not sent yet. Insert-only: another answer to it is another row.

    Nothing of it counts for the gate; a worrying one is told at once, as a ``Concern`` and a report.
    ``answered_by``: the name of the patient, or of the guardian who answered.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="answers")
    enrollment = models.ForeignKey(Enrollment, on_delete=PROTECT, related_name="answers")
    program = program_field()
    question = models.CharField(max_length=40)
    answer = models.CharField(max_length=10, choices=PlainAnswer.choices)
    answered_by = models.CharField(max_length=160)
    recorded_at = models.DateTimeField()
    recorded_by = person_field()

    class Meta:
        constraints = [
            not_blank("program"),
            not_blank("question"),
            not_blank("answered_by"),
            one_of("answer", PlainAnswer),
        ]
        indexes = [models.Index(fields=["enrollment", "recorded_at"], name="answer_enrollment")]

    def __str__(self) -> str:
        return f"{self.question}: {self.answer}"


class Concern(models.Model):
    """Something worrying that a patient said on their own pages, for the prescriber and the program.

    ``what``: the code of the question, or of what was reported; ``said``: the answer, in words; ``teller``:
    the name of who was there. ``report``: the report that it opened, or that was open already; the gate reads
    that one, and nothing of this row.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="concerns")
    enrollment = models.ForeignKey(Enrollment, on_delete=PROTECT, related_name="concerns")
    what = models.CharField(max_length=40)
    said = models.TextField()
    teller = models.CharField(max_length=160)
    report = models.ForeignKey("patients.Report", on_delete=PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = person_field()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = person_field(null=True, blank=True)

    class Meta:
        constraints = [
            not_blank("what"),
            not_blank("said"),
            not_blank("teller"),
            together("seen"),
            not_after("recorded_at", "seen_at"),
            CheckConstraint(
                condition=Q(seen_by__isnull=True) | ~Q(seen_by=models.F("recorded_by")),
                name="rems_concern_seen_by_another",
            ),
        ]
        indexes = [models.Index(fields=["patient", "recorded_at"], name="concern_patient")]

    def __str__(self) -> str:
        return f"{self.what}: {self.said}"
