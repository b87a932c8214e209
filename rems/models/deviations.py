"""Departures from the program: what was noticed, what is done about it, and who signed that off."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import UniqueConstraint

from accounts.models import Signature
from audit.constraints import not_blank, one_of
from audit.fields import person_field, program_field
from rems.models.choices import DeviationEnd, DeviationKind
from rems.models.enrollment import Enrollment
from rems.models.gate import Decision

PROTECT = models.PROTECT


class Deviation(models.Model):
    """A departure from the program that was noticed, such as a test that was late. Insert-only. It holds nothing.

    Its natural key is ``kind``, ``subject`` (as a horizon names it) and ``period``: the day or instant of what
    was departed from. ``at``: when it happened; ``found_at``: when it was noticed. ``stopped``: it was asked for
    and refused, so that nothing was dispensed. ``pharmacy``: the site, where it happened at a counter; else it
    lies with the ``prescriber``. ``caused_by``: whose act it was, where there is one.
    """

    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="deviations")
    enrollment = models.ForeignKey(Enrollment, on_delete=PROTECT, related_name="deviations")
    program = program_field()
    kind = models.CharField(max_length=60, choices=DeviationKind.choices)
    subject = models.CharField(max_length=40)
    period = models.CharField(max_length=60)
    at = models.DateTimeField()
    found_at = models.DateTimeField()
    stopped = models.BooleanField(default=False)
    prescriber = models.ForeignKey("prescribers.Prescriber", on_delete=PROTECT, related_name="deviations")
    pharmacy = models.ForeignKey(
        "pharmacies.Pharmacy", on_delete=PROTECT, null=True, blank=True, related_name="deviations"
    )
    caused_by = person_field(null=True, blank=True)
    decision = models.ForeignKey(Decision, on_delete=PROTECT, null=True, blank=True, related_name="deviations")
    details = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [
            not_blank("program"),
            not_blank("kind"),
            not_blank("subject"),
            not_blank("period"),
            one_of("kind", DeviationKind),
            UniqueConstraint(fields=["kind", "subject", "period"], name="rems_deviation_once"),
        ]
        indexes = [
            models.Index(fields=["program", "at"], name="deviation_program"),
            models.Index(fields=["kind", "prescriber", "pharmacy"], name="deviation_together"),
            models.Index(fields=["at", "id"], name="deviation_at"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.patient}"

    @property
    def lies_with(self) -> str:
        """The site or the prescriber with whom it lies, as lists name them."""
        return str(self.pharmacy if self.pharmacy_id is not None else self.prescriber)


class CorrectiveAction(models.Model):
    """What is to be done about a deviation, by whom and until when. Insert-only: another one is added."""

    deviation = models.ForeignKey(Deviation, on_delete=PROTECT, related_name="corrections")
    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="+")
    what = models.TextField()
    responsible = models.CharField(max_length=200)
    due_on = models.DateField()
    planned_at = models.DateTimeField()
    planned_by = person_field()

    class Meta:
        constraints = [not_blank("what"), not_blank("responsible")]
        indexes = [models.Index(fields=["deviation", "-due_on"], name="correction_deviation")]

    def __str__(self) -> str:
        return f"{self.responsible}, by {self.due_on}"


class DeviationSignOff(models.Model):
    """That somebody who did not cause a deviation looked at what was done about it, and signed. Insert-only."""

    deviation = models.OneToOneField(Deviation, on_delete=PROTECT, related_name="sign_off")
    patient = models.ForeignKey("patients.Patient", on_delete=PROTECT, related_name="+")
    conclusion = models.CharField(max_length=20, choices=DeviationEnd.choices)
    findings = models.TextField()
    signature = models.OneToOneField(Signature, on_delete=PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    signed_by = person_field()

    class Meta:
        constraints = [one_of("conclusion", DeviationEnd), not_blank("findings")]

    def __str__(self) -> str:
        return f"{self.get_conclusion_display()}, {self.signature}"
