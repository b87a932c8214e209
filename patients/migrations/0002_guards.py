from django.db import migrations

from audit.guards import KeepRows


class Migration(migrations.Migration):
    """What is known of a patient is superseded, never edited."""

    dependencies = [("patients", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        KeepRows("patients_identitycorrection"),
        KeepRows("patients_pregnancytest"),
        KeepRows("patients_contraceptionattestation"),
        KeepRows("patients_cyclereport"),
        KeepRows("patients_menarchereport"),
        KeepRows("patients_patientsurvey"),
        KeepRows("patients_report"),
        KeepRows("patients_reportclosing"),
        KeepRows("patients_therapydate"),
    ]
