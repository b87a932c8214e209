"""The migration operation that puts a table under the trail, in one line."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL

ROWS, TRUNCATE = "record_rows", "record_truncate"


class Recorded(NamedTuple):
    """How the rows of a table are kept in the trail: its key, whose column, noise, and secrets kept as digests."""

    table: str
    key: str = "id"
    patient: str = "patient_id"
    quiet: tuple[str, ...] = ()
    digested: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[str, str, str, str]:
        """The trigger's arguments, in their order."""
        return self.key, self.patient, ",".join(self.quiet), ",".join(self.digested)

    def definitions(self) -> dict[str, str]:
        """Each trigger by name, as PostgreSQL prints it."""
        words = ", ".join(f"'{argument}'" for argument in self.arguments)
        on = f"ON public.{self.table}"
        return {
            ROWS: f"CREATE TRIGGER {ROWS} AFTER INSERT OR DELETE OR UPDATE {on}"
            f" FOR EACH ROW EXECUTE FUNCTION audit.record_row({words})",
            TRUNCATE: f"CREATE TRIGGER {TRUNCATE} BEFORE TRUNCATE {on}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit.record_row()",
        }


class RecordRows(RunSQL):
    """Every change of a row of ``table``, by whatever path, is an entry of the trail; rows that are there become one.

    ``patient``: the column that names the patient; ``quiet``: columns whose changes are noise;
    ``digested``: secrets, kept as their SHA-256; ``deletes``: the application may delete rows, which it
    otherwise loses the right to. For a table that is recorded already it says anew how.
    """

    def __init__(
        self,
        table: str,
        *,
        key: str = "id",
        patient: str = "patient_id",
        quiet: Sequence[str] = (),
        digested: Sequence[str] = (),
        deletes: bool = False,
    ) -> None:
        self.recorded = Recorded(table, key, patient, tuple(quiet), tuple(digested))
        self.deletes = deletes
        super().__init__(sql=self._install(), reverse_sql=self._remove())

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        """Name and arguments, as Django writes an operation into a migration."""
        given = self.recorded._asdict() | {"deletes": self.deletes}
        return type(self).__name__, [given.pop("table")], given

    def _remove(self) -> str:
        return "".join(f"DROP TRIGGER IF EXISTS {name} ON {self.recorded.table};" for name in (ROWS, TRUNCATE))

    def _install(self) -> str:
        table = self.recorded.table
        existing = ", ".join(f"'{argument}'" for argument in self.recorded.arguments)
        always = "".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};" for name in (ROWS, TRUNCATE))
        return (
            self._remove()
            + "".join(f"{definition};" for definition in self.recorded.definitions().values())
            + always
            + ("" if self.deletes else f"REVOKE DELETE, TRUNCATE ON {table} FROM rems_app;")
            + f"SELECT audit.record_existing('public.{table}', {existing});"
        )


def recorded_tables() -> dict[str, Recorded]:
    """Every table under the trail, as the migrations say it, the newest word last."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    found: dict[str, Recorded] = {}
    for node in loader.graph.leaf_nodes():
        for app, name in loader.graph.forwards_plan(node):
            operations: list[Any] = loader.graph.nodes[app, name].operations
            found |= {op.recorded.table: op.recorded for op in operations if isinstance(op, RecordRows)}
    return found
