"""The picture of a patient's course, and the same as a table."""

from collections.abc import Iterable
from typing import Any

from django import template

from rems.display.course.entries import Entry
from rems.templatetags.words import Zone

register = template.Library()


@register.inclusion_tag("parts/course.html")
def course_picture(course: Any, whose: str, key: Any, *, links: Iterable[Any] = ()) -> dict[str, Any]:
    """``{% course_picture course "Elena Marsh" enrollment.pk %}``: the line of a course, with its legend.

    ``key`` tells the pictures of one page apart; ``links`` lead to other spans and to the table.
    The page includes parts/course_shapes.html once.
    """
    return {"picture": course.picture, "course": course, "whose": whose, "key": key, "links": links}


@register.inclusion_tag("parts/course_table.html", takes_context=True)
def course_table(context: Any, rows: Iterable[Entry], zone: Zone, whose: str) -> dict[str, Any]:
    """``{% course_table course.rows zone "Elena Marsh" %}``: every entry of the picture, newest first."""
    return {"rows": rows, "zone": zone, "whose": whose, "request": context.get("request")}
