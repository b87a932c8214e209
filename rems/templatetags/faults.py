"""What there is to correct in a form, in a summary on top of it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import template
from django.forms import BaseForm

from rems.display.verdicts import in_words

register = template.Library()


class Fault(NamedTuple):
    """One line of an error summary."""

    text: str
    href: str


@register.inclusion_tag("parts/error_summary.html")
def error_summary(*forms: BaseForm, title: str = "", labels: bool = True) -> dict[str, Any]:
    """``{% error_summary form %}``: what there is to correct, each line a link; of several forms too.

    ``title`` in place of its own; ``labels=False`` where the error says by itself what it is about.
    """
    rows = [fault for form in forms if form for fault in _faults(form, labels=labels)]
    counted = "One thing to correct" if len(rows) == 1 else f"{in_words(len(rows)).capitalize()} things to correct"
    return {"rows": rows, "title": title or counted}


def _faults(form: BaseForm, *, labels: bool) -> Iterable[Fault]:
    for name, errors in form.errors.items():
        for error in errors:
            if name not in form.fields:
                yield Fault(str(error), "")
                continue
            field = form[name]
            text = f"{field.label}: {_lower_first(str(error))}" if labels else str(error)
            yield Fault(text, f"#{_first_id(field)}")


def _first_id(field: Any) -> str:
    """The id of the control; of several choices, the first's."""
    bare = str(field.auto_id)
    return f"{bare}_0" if field.use_fieldset else bare


def _lower_first(text: str) -> str:
    """After a colon, unless the first word is a name or an abbreviation."""
    first = text.split(" ", 1)[0]
    return text if first[1:].lower() != first[1:] or first in {"I", "FDA"} else text[:1].lower() + text[1:]
