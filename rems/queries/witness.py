"""What a paper says of its own entry in the trail: the first digits of a hash that cannot be made to fit later."""

from django.db.models import Model

from audit.models import Event


def witness_of(row: Model) -> str:
    """The first 16 hex digits of the hash of the entry that the row's writing left; '' where there is none.

    None means that the trail is not whole: the page says so.
    """
    entries = Event.objects.filter(table=row._meta.db_table, row_id=str(row.pk), action="row.insert")
    entry = entries.only("id", "leaf").order_by("id").first()
    return entry.short_hash if entry else ""
