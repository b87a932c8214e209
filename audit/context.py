"""Who acts, in which role, from where: kept for the request that is running."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, replace
from typing import Protocol


class Actor(Protocol):
    """A person as the trail sees one. ``acting_as`` names the roles held, in words."""

    @property
    def pk(self) -> int:
        """The number by which entries name the person."""
        ...

    @property
    def name(self) -> str:
        """The name as it stood at the entry."""
        ...

    @property
    def acting_as(self) -> str:
        """The roles held, in words."""
        ...


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the trail adds to an entry and no action can know by itself."""

    request_id: str = ""
    address: str = ""
    person_id: int | None = None
    role: str = ""
    organization: str = ""
    on_behalf_of_id: int | None = None
    on_behalf_of: str = ""


_current: ContextVar[Context] = ContextVar("audit.context", default=Context())  # noqa: B039


def current() -> Context:
    """The context of the running request or job; empty outside of both."""
    return _current.get()


def begin(*, request_id: str, address: str = "") -> Token[Context]:
    """Start an empty context for one request from a network address; give the token to ``end``."""
    return _current.set(Context(request_id=request_id, address=address))


def end(token: Token[Context]) -> None:
    """Forget the context of the request that ``begin`` started."""
    _current.reset(token)


def identify(person: Actor, *, role: str = "", organization: str = "", on_behalf_of: Actor | None = None) -> None:
    """Say who the running request's person is, for whom and from where they act."""
    _current.set(_for(person.pk, role or person.acting_as, organization, on_behalf_of))


@contextmanager
def acting(
    person: Actor | None = None,
    *,
    role: str = "",
    organization: str = "",
    on_behalf_of: Actor | None = None,
) -> Iterator[Context]:
    """Act in a role, for an organization or on somebody's behalf while the block lasts."""
    person_id = None if person is None else person.pk
    token = _current.set(_for(person_id, role, organization, on_behalf_of))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


def _for(person_id: int | None, role: str, organization: str, on_behalf_of: Actor | None) -> Context:
    return replace(
        _current.get(),
        person_id=person_id,
        role=role,
        organization=organization,
        on_behalf_of_id=None if on_behalf_of is None else on_behalf_of.pk,
        on_behalf_of="" if on_behalf_of is None else on_behalf_of.name,
    )
