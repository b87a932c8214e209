"""Fields of a form that stand beside each other."""

from collections.abc import Iterator

from django import template
from django.forms import BaseForm, BoundField

register = template.Library()


@register.filter
def in_rows(form: BaseForm) -> Iterator[list[BoundField]]:
    """``{% for row in form|in_rows %}``: the visible fields; one that the form puts ``beside`` joins the row before."""
    beside: frozenset[str] = getattr(form, "beside", frozenset())
    row: list[BoundField] = []
    for field in form.visible_fields():
        if row and field.name not in beside:
            yield row
            row = []
        row.append(field)
    if row:
        yield row
