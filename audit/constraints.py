"""Constraints that recur: pairs, closed lists, words that must be there."""

from django.db import models
from django.db.models import CheckConstraint, DateField, F, Func, Q


def together(stem: str, *suffixes: str) -> CheckConstraint:
    """``stem_at`` and ``stem_by`` are both there or both not; further texts (``reason``) likewise."""
    present = Q(**{f"{stem}_at__isnull": False, f"{stem}_by__isnull": False})
    absent = Q(**{f"{stem}_at__isnull": True, f"{stem}_by__isnull": True})
    for suffix in suffixes:
        present &= ~Q(**{suffix: ""})
        absent &= Q(**{suffix: ""})
    return CheckConstraint(
        condition=present | absent,
        name=f"%(app_label)s_%(class)s_{stem}_together",
        violation_error_message=f"When, who and why of “{stem}” belong together.",
    )


def one_of(field: str, choices: type[models.TextChoices], *, or_empty: bool = False) -> CheckConstraint:
    """The field holds one of the choices (or nothing, where that is allowed)."""
    allowed = [*choices.values, ""] if or_empty else list(choices.values)
    return CheckConstraint(condition=Q(**{f"{field}__in": allowed}), name=f"%(app_label)s_%(class)s_{field}_known")


def not_blank(field: str) -> CheckConstraint:
    """The field holds more than white space."""
    return CheckConstraint(condition=Q(**{f"{field}__regex": r"\S"}), name=f"%(app_label)s_%(class)s_{field}_given")


def not_after(earlier: str, later: str) -> CheckConstraint:
    """``earlier`` does not lie after ``later``; an unknown one is no violation."""
    return CheckConstraint(
        condition=Q(**{f"{earlier}__lte": F(later)}),
        name=f"%(app_label)s_%(class)s_{earlier}_to_{later}",
    )


def day_after(field: str) -> Func:
    """The calendar day after that of an instant in UTC: no zone on earth is further ahead."""
    return Func(
        F(field),
        template="((%(expressions)s AT TIME ZONE 'UTC')::date + 1)",
        output_field=DateField(),
    )
