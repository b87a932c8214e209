from typing import Any

import django.core.serializers.json
from django.db import migrations, models

# What was written before the trail had its own schema goes on in it, in its order, marked as carried over.
CARRY = """
DO $$
DECLARE
    before record;
BEGIN
    FOR before IN SELECT * FROM audit_event ORDER BY id LOOP
        PERFORM audit.append(jsonb_strip_nulls(jsonb_build_object(
            'kind', CASE WHEN before.action LIKE '%.view\\_%' THEN 'view'
                         WHEN before.action LIKE 'accounts.sign\\_%' THEN 'sign_in'
                         WHEN before.action LIKE '%.denied' THEN 'denial' ELSE 'act' END,
            'action', before.action, 'as_of', before.at, 'carried_over', true,
            'person_id', before.person_id, 'person_name', nullif(before.person_name, ''),
            'role', nullif(before.role, ''), 'organization', nullif(before.organization, ''),
            'on_behalf_of', nullif(before.on_behalf_of, ''), 'request_id', nullif(before.request_id, ''),
            'patient_id', before.patient_id, 'table', nullif(before.table, ''), 'row_id', nullif(before.row_id, ''),
            'reason', nullif(before.reason, ''), 'allowed', before.allowed))
            || jsonb_build_object('details', before.details));
    END LOOP;
END $$;
"""
FIELDS: "list[tuple[str, models.Field[Any, Any]]]" = [
    ("id", models.BigIntegerField(primary_key=True, serialize=False)),
    ("epoch", models.IntegerField()),
    ("txid", models.BigIntegerField()),
    ("at", models.DateTimeField()),
    ("as_of", models.DateTimeField(null=True)),
    ("source", models.TextField()),
    ("kind", models.TextField()),
    ("action", models.TextField()),
    ("act", models.TextField(default="")),
    ("person_id", models.BigIntegerField(null=True)),
    ("person_name", models.TextField(default="")),
    ("role", models.TextField(default="")),
    ("organization", models.TextField(default="")),
    ("on_behalf_of", models.TextField(default="")),
    ("request_id", models.TextField(default="")),
    ("address", models.TextField(default="")),
    ("patient_id", models.BigIntegerField(null=True)),
    ("patients", models.JSONField(null=True)),
    ("table", models.TextField(db_column="table_name", null=True)),
    ("row_id", models.TextField(null=True)),
    ("reason", models.TextField(default="")),
    ("allowed", models.BooleanField(null=True)),
    ("out_of_band", models.BooleanField(default=False)),
    ("details", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
    ("old", models.JSONField(null=True)),
    ("new", models.JSONField(null=True)),
    ("database_user", models.TextField()),
    ("database_address", models.TextField(default="")),
    ("payload", models.TextField()),
    ("leaf", models.BinaryField()),
]


class Migration(migrations.Migration):
    """The trail has a schema and an owner of its own (`manage.py audit install` makes it first)."""

    dependencies = [("audit", "0003_patients_shown")]

    operations = [
        migrations.RunSQL(sql=CARRY, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(
            sql="DROP TABLE audit_event;",
            state_operations=[
                migrations.DeleteModel("Event"),
                migrations.CreateModel(
                    name="Event",
                    fields=FIELDS,
                    options={"db_table": 'audit"."entry', "ordering": ["-id"], "managed": False},
                ),
            ],
        ),
    ]
