from django.db import migrations

from audit.guards import KeepRows


class Migration(migrations.Migration):
    """Certifications and their ends are facts; an application is decided once."""

    dependencies = [("prescribers", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        KeepRows("prescribers_certification"),
        KeepRows("prescribers_deactivation"),
        KeepRows(
            "prescribers_certificationapplication",
            ["decided_at", "decided_by_id", "outcome", "reason"],
        ),
        KeepRows("prescribers_delegate", ["ended_at", "ended_by_id"]),
    ]
