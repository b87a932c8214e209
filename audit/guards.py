"""Migration operations that keep rows as they were written, inside the database."""

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL

APP_ROLE = "rems_app"

CREATE_GUARD = """
CREATE FUNCTION audit_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    FOR changed IN
        SELECT was.key FROM jsonb_each_text(to_jsonb(OLD)) AS was
        JOIN jsonb_each_text(to_jsonb(NEW)) AS becomes USING (key)
        WHERE was.value IS DISTINCT FROM becomes.value
          AND NOT (was.key = ANY (TG_ARGV) AND coalesce(was.value, '') = '')
    LOOP
        RAISE EXCEPTION '% of % is never changed once it is written.', changed, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END LOOP;
    RETURN NEW;
END $$;
"""
DROP_GUARD = "DROP FUNCTION audit_keep_row();"


class KeepRows(RunSQL):
    """Rows of ``table`` are never deleted and never changed.

    Columns in ``set_once`` may be filled one time. The application's role also loses the
    privileges that it does not need for that, where the role exists.
    """

    def __init__(self, table: str, set_once: Sequence[str] = ()) -> None:
        self.table = table
        self.set_once = tuple(set_once)
        super().__init__(sql=self._guard(), reverse_sql=f"DROP TRIGGER keep_rows ON {table};")

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        """Name and arguments, as Django writes an operation into a migration."""
        return type(self).__name__, [self.table, self.set_once], {}

    def _guard(self) -> str:
        columns = ", ".join(f"'{column}'" for column in self.set_once)
        rights = "DELETE, TRUNCATE" if self.set_once else "UPDATE, DELETE, TRUNCATE"
        return f"""
            CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON {self.table}
            FOR EACH ROW EXECUTE FUNCTION audit_keep_row({columns});
            DO $$ BEGIN
                IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
                    REVOKE {rights} ON {self.table} FROM {APP_ROLE};
                END IF;
            END $$;
        """  # noqa: S608 - the names come out of a migration
