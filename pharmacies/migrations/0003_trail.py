from django.db import migrations

from audit.triggers import RecordRows


class Migration(migrations.Migration):
    """Every change of a row is in the trail, whatever path it took."""

    dependencies = [("audit", "0004_own_schema"), ("pharmacies", "0002_guards")]

    operations = [
        RecordRows("pharmacies_certification"),
        RecordRows("pharmacies_certificationapplication"),
        RecordRows("pharmacies_deactivation"),
        RecordRows("pharmacies_pharmacist"),
        RecordRows("pharmacies_pharmacy"),
        RecordRows("pharmacies_training"),
    ]
