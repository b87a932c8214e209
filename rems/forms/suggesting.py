"""Fields that suggest while somebody types: a list of the browser's own, which a script makes a combobox."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Suggestions = Iterable[tuple[str, str] | tuple[str, str, str]]
"""What is put into the field, what is said beside it, and which words of that find it: all, where not given."""

CREDENTIALS = [(short, "") for short in ("MD", "DO", "NP", "PA", "PharmD")]
SPECIALTIES = [
    (words, "")
    for words in (
        "Hematology",
        "Hematology and oncology",
        "Medical oncology",
        "Internal medicine",
        "Dermatology",
        "Infectious diseases",
        "Infectious diseases and dermatology",
    )
]


WORD = "word"
"""A typed word may begin any word of a suggestion: for fields in which words alone cannot stand."""
ONE = "one"
"""As WORD, and only where one suggestion is left: for fields in which a wrong one would not be noticed."""
CHOSEN = "chosen"
"""Nothing is marked before somebody marks it: for suggestions that fill in more than their field."""


class SuggestingInput(forms.TextInput):
    """One line of text with a list of suggestions. Anything else may be typed.

    ``takes``: WORD, ONE or CHOSEN; ``stands``: a pattern of what stays as it was typed; ``source``: the address
    that a script asks for more; see ``static/suggest.js``.
    """

    class Media:
        js = ("suggest.js",)

    def __init__(
        self,
        suggestions: Suggestions = (),
        attrs: dict[str, Any] | None = None,
        *,
        takes: str = "",
        stands: str = "",
        source: str = "",
    ) -> None:
        asked = {"data-takes": takes, "data-stands": stands, "data-from": source}
        super().__init__({"autocomplete": "off"} | (attrs or {}) | {name: text for name, text in asked.items() if text})
        self.suggestions = suggestions

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The field, and the list that its ``list`` names; the field alone where the list is asked for."""
        field = (attrs or {}).get("id", f"id_{name}")
        if "data-from" in self.attrs:
            return super().render(name, value, attrs, renderer)
        box = super().render(name, value, (attrs or {}) | {"list": f"{field}_list"}, renderer)
        options = format_html_join("", "{}", ((_option(*one),) for one in self.suggestions))
        return format_html('{}<datalist id="{}_list">{}</datalist>', box, field, options)


def _option(value: str, beside: str, words: str | None = None) -> SafeString:
    found_by = "" if words is None else format_html(' data-words="{}"', words)
    return format_html('<option value="{}"{}>{}</option>', value, found_by, beside)


def suggest(form: forms.Form, name: str, suggestions: Suggestions = (), **how: str) -> None:
    """Let a field of the form suggest. What is typed stays as free as it was. ``how``: see SuggestingInput."""
    field = form.fields[name]
    kept = {k: v for k, v in field.widget.attrs.items() if k != "autocomplete"}
    field.widget = SuggestingInput(suggestions, kept, **how)


class ProductField(forms.ModelChoiceField):
    """A product by its brand and strength as typed, "Revlimid 10 mg", or by its NDC or row.

    The package is shown and finds nothing: its number of capsules is no strength.
    """

    def __init__(self, queryset: "QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(queryset, widget=SuggestingInput(attrs={"class": "w-md"}, takes=ONE), **kwargs)
        self._rows = list(queryset)
        self.widget.suggestions = [(str(row), f"{row.drug}, {row.package}", row.drug) for row in self._rows]

    def prepare_value(self, value: Any) -> Any:
        """What stands in the field: the words, also where a row was sent."""
        found = self._found(value)
        return str(found) if found else value

    def to_python(self, value: Any) -> Model | None:
        """The product. Raises ValidationError where none is called so."""
        if value in self.empty_values:
            return None
        found = self._found(value)
        if found is None:
            raise ValidationError("No such product in this program. Choose one of the list.", code="invalid_choice")
        return found

    def _found(self, value: Any) -> Any:
        typed = " ".join(str(getattr(value, "pk", value)).split()).casefold()
        return next((row for row in self._rows if typed in (str(row.pk), row.ndc, str(row).casefold())), None)
