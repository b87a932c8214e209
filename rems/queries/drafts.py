"""Drafts of one's own, while they are kept."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Person
from rems.models import Draft
from rems.models.drafts import KEPT_FOR


def drafts_of(person: Person, *, at: datetime) -> QuerySet[Draft]:
    """All that this person may go on with, newest first."""
    return Draft.objects.filter(person=person, kept_at__gte=at - KEPT_FOR).order_by("-kept_at")


def draft_of(person: Person, form: str, *, subject: str = "", at: datetime) -> Draft | None:
    """The draft of one form."""
    return drafts_of(person, at=at).filter(form=form, subject=subject).first()


def has_old_drafts(*, at: datetime) -> bool:
    """Whether anything lies there that is kept no longer."""
    return Draft.objects.filter(kept_at__lt=at - KEPT_FOR).exists()
