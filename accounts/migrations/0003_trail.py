from django.db import migrations

from audit.triggers import RecordRows


class Migration(migrations.Migration):
    """Every change of a row is in the trail, whatever path it took."""

    dependencies = [("audit", "0004_own_schema"), ("accounts", "0002_identifiers_and_guards")]

    operations = [
        RecordRows("accounts_person", quiet=["last_login"], digested=["password"]),
        RecordRows("accounts_rolegrant"),
        RecordRows("accounts_signature"),
    ]
