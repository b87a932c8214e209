from django.db import migrations

from audit.guards import KeepRows

NPI = """
CREATE FUNCTION accounts_npi_is_valid(npi text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN npi ~ '^[12][0-9]{9}$' THEN (
        SELECT (24 + sum(CASE WHEN place % 2 = 1 THEN digit * 2 / 10 + digit * 2 % 10 ELSE digit END)) % 10 = 0
        FROM (
            SELECT place, substr(npi, place, 1)::int AS digit FROM generate_series(1, 10) AS place
        ) AS digits
    ) ELSE false END
$$;
"""
NCPDP = """
CREATE FUNCTION accounts_ncpdp_is_valid(ncpdp_id text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN ncpdp_id ~ '^[0-9]{7}$' THEN (
        SELECT sum(CASE WHEN place % 2 = 1 THEN digit ELSE digit * 2 END) % 10 = substr(ncpdp_id, 7, 1)::int
        FROM (
            SELECT place, substr(ncpdp_id, place, 1)::int AS digit FROM generate_series(1, 6) AS place
        ) AS digits
    ) ELSE false END
$$;
"""


class Migration(migrations.Migration):
    """Check digits as the database judges them; signatures stay as they were signed."""

    dependencies = [("accounts", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        migrations.RunSQL(sql=NPI, reverse_sql="DROP FUNCTION accounts_npi_is_valid(text);"),
        migrations.RunSQL(sql=NCPDP, reverse_sql="DROP FUNCTION accounts_ncpdp_is_valid(text);"),
        KeepRows("accounts_signature"),
        KeepRows("accounts_rolegrant", ["withdrawn_at", "withdrawn_by_id"]),
    ]
