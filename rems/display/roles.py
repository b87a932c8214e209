"""How a page's frame names the roles of whoever looks at it."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext

from accounts.roles import Role


class Held(NamedTuple):
    """A role that the person holds, and the part with its navigation."""

    label: str
    navigation: str


def as_held(roles: Iterable[Role]) -> list[Held]:
    """The roles in their fixed order."""
    held = frozenset(roles)
    return [Held(str(role.label), f"parts/navigation/{role.value}.html") for role in Role if role in held]


def tour_heading(role: Role) -> str:
    """Whom a tour greets, in the language of the page: the patients' pages have two."""
    words = f"New here as {role.label.lower()}?"
    return gettext(words)
