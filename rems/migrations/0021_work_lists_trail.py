from django.db import migrations

from audit.guards import KeepRows
from audit.triggers import RecordRows


class Migration(migrations.Migration):
    """What was decided about an item is never changed; a waiver is ruled on once. Both are in the trail."""

    dependencies = [("rems", "0020_work_lists")]

    operations = [
        KeepRows("rems_acknowledgment"),
        KeepRows("rems_waiver", set_once=["ruled_at", "ruled_by_id", "ruling", "ruling_reason"]),
        RecordRows("rems_acknowledgment"),
        RecordRows("rems_waiver"),
    ]
