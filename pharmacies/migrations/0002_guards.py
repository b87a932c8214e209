from django.db import migrations

from audit.guards import KeepRows


class Migration(migrations.Migration):
    """Certifications, their ends and trainings are facts; an application is decided once."""

    dependencies = [("pharmacies", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        KeepRows("pharmacies_certification"),
        KeepRows("pharmacies_deactivation"),
        KeepRows("pharmacies_training"),
        KeepRows(
            "pharmacies_certificationapplication",
            ["decided_at", "decided_by_id", "outcome", "reason"],
        ),
        KeepRows("pharmacies_pharmacist", ["ended_at", "ended_by_id"]),
    ]
