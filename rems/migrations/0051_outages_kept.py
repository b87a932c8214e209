from django.db import migrations

from audit.guards import KeepRows
from audit.triggers import RecordRows

RULING = ["decided_at", "decided_by_id", "ruling", "ruling_reason"]


class Migration(migrations.Migration):
    """Outages, extensions, downtimes and later entries are written once, decided on once, and in the trail."""

    dependencies = [("rems", "0050_outages")]

    operations = [
        KeepRows("rems_outage", RULING),
        KeepRows("rems_extension", RULING),
        KeepRows("rems_downtime", ["off_at", "off_by_id", "off_reason"]),
        KeepRows("rems_laterentry", RULING),
        RecordRows("rems_outage"),
        RecordRows("rems_extension"),
        RecordRows("rems_downtime"),
        RecordRows("rems_laterentry"),
    ]
