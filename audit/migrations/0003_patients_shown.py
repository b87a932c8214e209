from django.db import migrations

CREATE = """
CREATE INDEX event_patients_shown ON audit_event USING gin ((details -> 'patients') jsonb_path_ops);
"""


class Migration(migrations.Migration):
    """The views of a list are found by each patient whom it showed."""

    dependencies = [("audit", "0002_guards")]

    operations = [migrations.RunSQL(sql=CREATE, reverse_sql="DROP INDEX event_patients_shown;")]
