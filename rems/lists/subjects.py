"""What an item of a work list is about: an enrollment, or one of its numbers."""

from typing import NamedTuple

from rems.models import Authorization, Confirmation, Enrollment, ItemKey


class Subject(NamedTuple):
    """The rows that an item's subject names."""

    enrollment: Enrollment
    authorization: Authorization | None = None
    confirmation: Confirmation | None = None


def subject_of(item: ItemKey) -> Subject | None:
    """The rows of ``enrollment:12``, ``authorization:7`` or ``confirmation:3``; None: there is no such row."""
    name, _, text = item.subject.partition(":")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        return None
    match name:
        case "enrollment":
            found = Enrollment.objects.filter(pk=int(text)).select_related("patient", "prescriber").first()
            return Subject(found) if found else None
        case "authorization":
            return _of_authorization(int(text))
        case "confirmation":
            return _of_confirmation(int(text))
    return None


def _of_authorization(pk: int) -> Subject | None:
    rows = Authorization.objects.select_related("prescription__enrollment__patient")
    found = rows.select_related("prescription__enrollment__prescriber").filter(pk=pk).first()
    return Subject(found.prescription.enrollment, found) if found else None


def _of_confirmation(pk: int) -> Subject | None:
    rows = Confirmation.objects.select_related("authorization__prescription__enrollment__patient")
    found = rows.select_related("authorization__prescription__enrollment__prescriber").filter(pk=pk).first()
    return Subject(found.authorization.prescription.enrollment, found.authorization, found) if found else None
