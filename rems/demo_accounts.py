"""The accounts that a demonstration offers on its sign-in page. There are none anywhere else."""

from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

from django.conf import settings


class DemoAccount(NamedTuple):
    """Whom to sign in as, and what there is to see."""

    role: str
    email: str
    password: str
    shows: str


def listed() -> list[DemoAccount]:
    """What ``rems.demo.accounts.demo_accounts()`` gives, in the demonstration only."""
    if settings.REMS_ENV != "demo" or find_spec("rems.demo") is None or find_spec("rems.demo.accounts") is None:
        return []
    accounts: list[DemoAccount] = import_module("rems.demo.accounts").demo_accounts()
    return accounts
