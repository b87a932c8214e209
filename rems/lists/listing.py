"""A list as a page shows it: sorted by what a link in its head names, and cut into pages. Works without scripts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple, Protocol, runtime_checkable

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet

PER_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its name in the address, its words, and what it is sorted by.

    ``by``: names of fields, ``__`` between them, as in a query; the same are read off the objects of a list.
    None: it is not sorted by. ``cell``: what a file says in this column; None: it is not in files.
    """

    name: str
    words: str
    by: tuple[str, ...] = ()
    cell: Callable[[Any], object] | None = None
    hidden: bool = False
    """Whether only files have it."""


@runtime_checkable
class SortsItself(Protocol):
    """Rows that are neither a query nor a list, and know how they are sorted."""

    def sorted_by(self, fields: tuple[str, ...], *, down: bool) -> Any:
        """The same rows, sorted by the fields of a column; equal ones in their own order."""


class Head(NamedTuple):
    """A column's head: its words, where it is sorted by, and how it is sorted now."""

    words: str
    sort: str
    now: str

    @property
    def next(self) -> str:
        """What a click asks for, in words for those who hear it."""
        return "descending" if self.sort.startswith("-") else "ascending"


class Listing:
    """Rows of a list in the order and the page that the address asks for.

    ``rows``: a query or a list, narrowed already. ``default``: the column that it is sorted by where the
    address names none that there is; equal rows keep the order in which they were given.
    """

    def __init__(self, rows: Any, columns: Sequence[Column], *, asked: Mapping[str, str], default: str) -> None:
        self.columns = columns
        sort = str(asked.get("sort", ""))
        self._by = {column.name: column for column in columns if column.by}
        self.sort = sort if sort.removeprefix("-") in self._by else default
        self.rows = self._sorted(rows)
        self._page = asked.get("page")

    @property
    def page(self) -> "Page[Any]":
        """The page that the address asks for; the last one where it asks for more."""
        return Paginator(self.rows, PER_PAGE).get_page(self._page)

    @property
    def heads(self) -> list[Head]:
        """The heads of all columns that are shown."""
        return [self._head(column) for column in self.columns if not column.hidden]

    def _head(self, column: Column) -> Head:
        name, now = self.sort.removeprefix("-"), ""
        if column.name == name:
            now = "descending" if self.sort.startswith("-") else "ascending"
        again = f"-{column.name}" if now == "ascending" else column.name
        return Head(column.words, again if column.by else "", now)

    def _sorted(self, rows: Any) -> Any:
        fields, down = self._by[self.sort.removeprefix("-")].by, self.sort.startswith("-")
        if isinstance(rows, QuerySet):
            given = rows.query.order_by or ("pk",)
            own = [F(field).desc(nulls_last=True) if down else F(field).asc(nulls_last=True) for field in fields]
            return rows.order_by(*own, *given)
        if isinstance(rows, SortsItself):
            return rows.sorted_by(fields, down=down)
        return sorted(rows, key=lambda row: [_read(row, field) for field in fields], reverse=down)


def _read(row: Any, field: str) -> Any:
    value = reduce(getattr, field.split("__"), row)
    return value.casefold() if isinstance(value, str) else value


def matching(rows: Iterable[Any], words: str, fields: Sequence[str]) -> list[Any]:
    """The objects in which each of the words occurs in one of the fields, in any case."""
    wanted = words.casefold().split()
    return [row for row in rows if all(any(w in str(_read(row, f)) for f in fields) for w in wanted)]
