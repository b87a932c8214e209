"""Row locks, taken inside an act. The wait is the act's: two seconds, then Busy."""

from typing import TypeVar

from django.db import connection
from django.db.models import Model

from audit import acts

ModelT = TypeVar("ModelT", bound=Model)


def lock(model: type[ModelT], row_id: int) -> ModelT:
    """The row, read anew and locked FOR UPDATE until the act ends. Raises Model.DoesNotExist."""
    row = model._default_manager.select_for_update(of=("self",)).get(pk=row_id)
    acts.note_locked(row)
    return row


def hold(model: type[ModelT], row_id: int) -> ModelT:
    """The row, read anew and locked FOR SHARE: it cannot change while the act decides on it.

    Several acts may hold it at once. Raises Model.DoesNotExist.
    """
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE {key} = %s FOR SHARE", [row_id])  # noqa: S608 - the model's own names
    return model._default_manager.get(pk=row_id)
