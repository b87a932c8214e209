from django.db import migrations

from audit.triggers import RecordRows


class Migration(migrations.Migration):
    """Second factors are in the trail: their secrets as digests, so that a change shows and nothing can be used."""

    dependencies = [
        ("accounts", "0005_signatures"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("account", "0001_initial"),
    ]

    operations = [
        RecordRows("mfa_authenticator", patient="", quiet=["last_used_at"], digested=["data"], deletes=True),
        RecordRows("account_emailaddress", patient="", deletes=True),
        RecordRows("account_emailconfirmation", patient="", digested=["key"], deletes=True),
    ]
