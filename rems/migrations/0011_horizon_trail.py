from django.db import migrations

from audit.guards import KeepRows
from audit.triggers import RecordRows


class Migration(migrations.Migration):
    """Notices and defects are never changed; what people were told, and what was sent, is in the trail."""

    dependencies = [("rems", "0010_horizon")]

    operations = [
        KeepRows("rems_notice"),
        KeepRows("rems_defect"),
        RecordRows("rems_notice"),
        RecordRows("rems_message"),
    ]
