"""The person that a patient is on their own pages."""

from django.conf import settings
from django.db import models

from accounts.languages import Language
from audit.constraints import not_blank, one_of
from audit.fields import person_field
from patients.models.patient import Patient


class PatientAccount(models.Model):
    """That a person is exactly this patient, for good: who acts in the trail when the patient does.

    The person has the role patient and no password: a one-time link opens the pages. ``language`` and
    ``zone`` are the patient's own choice, and all that changes. A guardian acts under it, by name.
    """

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="account")
    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="patient_account")
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    zone = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    made_by = person_field()

    class Meta:
        constraints = [one_of("language", Language), not_blank("zone")]

    def __str__(self) -> str:
        return f"{self.person} is {self.patient}"
