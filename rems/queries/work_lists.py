"""Items of work lists and requests to waive them, as far as they exist for somebody."""

from django.db.models import QuerySet

from accounts.models import Person
from accounts.roles import Permission
from rems.lists.subjects import Subject, subject_of
from rems.models import Enrollment, ItemKey, Waiver
from rems.models.choices import Ruling
from rems.models.work_lists import key_of


def item_among(
    kind: str, subject: str, period: str, enrollments: "QuerySet[Enrollment]"
) -> tuple[ItemKey, Subject] | None:
    """The item that an address names, where it is about one of these enrollments; None otherwise."""
    try:
        item = key_of(kind, subject, period)
    except ValueError:
        return None
    found = subject_of(item)
    if found is None or not enrollments.filter(pk=found.enrollment.pk).exists():
        return None
    return item, found


def enrollments_in_lists(person: Person) -> "QuerySet[Enrollment]":
    """Every enrollment, for who works the program's lists."""
    found = Enrollment.objects.select_related("patient", "prescriber")
    return found if person.may(Permission.WORK_OVERDUE) else found.none()


def waivers_visible_to(person: Person) -> "QuerySet[Waiver]":
    """Every request to waive an item; the oldest first."""
    found = Waiver.objects.select_related("enrollment__patient", "asked_by", "on_behalf_of", "ruled_by", "patient")
    found = found.order_by("asked_at", "pk")
    return found if person.may(Permission.WORK_OVERDUE) else found.none()


def waivers_in(rows: "QuerySet[Waiver]", state: str) -> "QuerySet[Waiver]":
    """Those that wait (''), were approved, were refused, or all of them."""
    if state == "all":
        return rows
    return rows.filter(ruling=state if state in Ruling.values else "")
