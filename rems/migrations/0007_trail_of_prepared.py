from django.db import migrations

from audit.triggers import RecordRows


class Migration(migrations.Migration):
    """Agreements that wait for signatures, and the links by which they are signed, are in the trail."""

    dependencies = [("rems", "0006_signatures")]

    operations = [
        RecordRows("rems_preparedagreement"),
        RecordRows("rems_agreementlink"),
        RecordRows("rems_linktry"),
    ]
