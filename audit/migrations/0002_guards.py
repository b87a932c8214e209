from django.db import migrations

from audit.guards import CREATE_GUARD, DROP_GUARD, KeepRows


class Migration(migrations.Migration):
    """The trail is appended to and never changed."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=CREATE_GUARD, reverse_sql=DROP_GUARD),
        KeepRows("audit_event"),
    ]
