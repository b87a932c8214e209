from django.db import migrations

from audit.triggers import RecordRows


class Migration(migrations.Migration):
    """Every change of a row is in the trail, whatever path it took."""

    dependencies = [("audit", "0004_own_schema"), ("prescribers", "0002_guards")]

    operations = [
        RecordRows("prescribers_certification"),
        RecordRows("prescribers_certificationapplication"),
        RecordRows("prescribers_deactivation"),
        RecordRows("prescribers_delegate"),
        RecordRows("prescribers_prescriber"),
    ]
