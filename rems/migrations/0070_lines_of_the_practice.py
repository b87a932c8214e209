"""What the practice's list says of an enrollment is kept with its horizon, as soon as it was looked at again."""

import django.core.serializers.json
from django.db import migrations, models

LOOK_AGAIN = """
UPDATE rems_horizon SET wakes_at = LEAST(wakes_at, now()) WHERE authorization_id IS NULL AND confirmation_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("rems", "0060_draft")]

    operations = [
        migrations.AddField(
            model_name="horizon",
            name="lines",
            field=models.JSONField(blank=True, encoder=django.core.serializers.json.DjangoJSONEncoder, null=True),
        ),
        migrations.RunSQL(LOOK_AGAIN, migrations.RunSQL.noop),
    ]
