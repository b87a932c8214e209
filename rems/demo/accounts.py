"""Whom a visitor can sign in as. All have one password, which guards nothing."""

from dataclasses import dataclass

from accounts.roles import Role
from rems.demo_accounts import DemoAccount

DOMAIN = "demo.example"
PASSWORD = "try-the-gate-now"  # noqa: S105 - printed on the sign-in page


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account of the demonstration. Without ``shows`` nobody is invited to sign in with it."""

    key: str
    name: str
    roles: tuple[Role, ...]
    shows: str = ""

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.key}@{DOMAIN}"


ACCOUNTS = (
    Account(
        key="pharmacist",
        name="Grace Kim",
        roles=(Role.PHARMACIST,),
        shows="Harbor Oncology Pharmacy, New York: try the numbers of the cast; today's list; returns; by telephone",
    ),
    Account(
        key="prescriber",
        name="Ana Ruiz",
        roles=(Role.PRESCRIBER,),
        shows="Most of the cast: what is due and overdue, what is missing, what a patient told, everything held",
    ),
    Account(
        key="delegate",
        name="Mia Torres",
        roles=(Role.DELEGATE,),
        shows="Prepares and enters for Dr. Ruiz; signing and asking for numbers stay with her",
    ),
    Account(
        key="administrator",
        name="Judith Crane",
        roles=(Role.ADMINISTRATOR,),
        shows="The program: applicants, escalations, reports, repeated deviations, an outage, what was entered later",
    ),
    Account(
        key="administrator2",
        name="Theodore Vance",
        roles=(Role.ADMINISTRATOR,),
        shows="A second administrator: approves what the other asked for, reviews the record that the other opened",
    ),
    Account(
        key="auditor",
        name="Martin Feld",
        roles=(Role.AUDITOR,),
        shows="The audit list, its seals and reviews; every decision; the rules with their sources",
    ),
    Account(
        key="representative",
        name="Naomi Perkins",
        roles=(Role.REPRESENTATIVE,),
        shows="Harbor Pharmacies: one site certified, one deactivated, one that has applied; staff and training",
    ),
    Account(
        key="prescriber2",
        name="Samuel Okafor",
        roles=(Role.PRESCRIBER,),
        shows="Other patients: Dr. Ruiz's are unknown to him",
    ),
    Account(
        key="pharmacist2",
        name="Peter Lindgren",
        roles=(Role.PHARMACIST,),
        shows="Lakeside Specialty Pharmacy, Chicago: hours kept open after an outage; Harbor's are unknown there",
    ),
    Account(
        key="pharmacist3",
        name="Luis Ferrer",
        roles=(Role.PHARMACIST,),
        shows="Harbor Pharmacy Newark, deactivated: nothing can be confirmed there",
    ),
    Account(
        key="applicant",
        name="Priya Nair",
        roles=(Role.PRESCRIBER,),
        shows="A prescriber who has applied and is not certified yet",
    ),
    Account(
        key="prescriber3",
        name="Helen Brandt",
        roles=(Role.PRESCRIBER,),
        shows="A deactivated prescriber, with a patient whose number no longer serves",
    ),
    Account(key="tran", name="Linh Tran", roles=(Role.PRESCRIBER,)),
    Account(key="larsen", name="Erik Larsen", roles=(Role.PRESCRIBER,)),
    Account(key="mehta", name="Kavita Mehta", roles=(Role.PRESCRIBER,)),
    Account(key="odonnell", name="Brian O'Donnell", roles=(Role.PRESCRIBER,)),
    Account(key="olson", name="Derek Olson", roles=(Role.PHARMACIST,)),
    Account(key="lakeside", name="Marcia Webb", roles=(Role.REPRESENTATIVE,)),
    Account(key="piedmont", name="Calvin Moore", roles=(Role.PHARMACIST, Role.REPRESENTATIVE)),
    Account(key="bayview", name="Stella Wong", roles=(Role.PHARMACIST, Role.REPRESENTATIVE)),
)


def demo_accounts() -> list[DemoAccount]:
    """What the sign-in page and ``load_demo --accounts`` list."""
    return [
        DemoAccount(role=f"{account.roles[0].label}: {account.name}", email=account.email, password=PASSWORD,
                    shows=account.shows)
        for account in ACCOUNTS
        if account.shows
    ]  # fmt: skip


def name_of(key: str) -> str:
    """Whose account it is."""
    return next(account.name for account in ACCOUNTS if account.key == key)
