"""One question for two numbers: a state license, or a DEA number."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.identifiers import has_dea_form, validate_dea
from rems.forms.base import text_field

TICK = "is_state_license"


class Licensed(forms.Form):
    """A number of the form of a DEA number is one, unless the person says that it is a state license.

    Asked only where the form comes back with such a number: most people have another, or their DEA number fits.
    """

    license = text_field(
        "State license or DEA number",
        most=40,
        wide="w-sm",
        help_text="One is enough. Two letters and seven digits are taken for a DEA number.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and has_dea_form(_written(self.data.get(self.add_prefix("license"), ""))):
            self.fields[TICK] = forms.BooleanField(
                label="It is a state license",
                help_text="A state board gave this number, not the DEA. It is kept as a state license.",
                required=False,
            )

    def clean_license(self) -> str:
        """Capitals."""
        return _written(self.cleaned_data["license"])

    def clean(self) -> dict[str, Any]:
        """What is taken for a DEA number has its check digit."""
        data = super().clean() or {}
        if self.is_dea:
            try:
                validate_dea(data["license"])
            except ValidationError as wrong:
                self.add_error("license", f"{wrong.message} If a state gave it, tick that it is a state license.")
        return data

    @property
    def is_dea(self) -> bool:
        """Whether the number is taken for a DEA number, once it was judged."""
        data = self.cleaned_data
        return has_dea_form(data.get("license", "")) and not data.get(TICK)

    def license_values(self) -> dict[str, str]:
        """The number where it belongs."""
        return {"dea" if self.is_dea else "state_license": self.cleaned_data["license"]}

    def taken(self) -> str:
        """What the number was taken for, where its form leaves that open; else nothing."""
        number = self.cleaned_data["license"]
        if not has_dea_form(number):
            return ""
        return f"{number} is kept as {'your DEA number' if self.is_dea else 'a state license'}."


def _written(given: object) -> str:
    return str(given).strip().upper()
