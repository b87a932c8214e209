from django.db import migrations

from audit.triggers import RecordRows


class Migration(migrations.Migration):
    """Every change of a row is in the trail, whatever path it took."""

    dependencies = [("audit", "0004_own_schema"), ("patients", "0002_guards")]

    operations = [
        RecordRows("patients_contraceptionattestation"),
        RecordRows("patients_cyclereport"),
        RecordRows("patients_identitycorrection"),
        RecordRows("patients_menarchereport"),
        RecordRows("patients_patient", patient="id"),
        RecordRows("patients_patientsurvey"),
        RecordRows("patients_pregnancytest"),
        RecordRows("patients_report"),
        RecordRows("patients_reportclosing"),
        RecordRows("patients_therapydate"),
    ]
