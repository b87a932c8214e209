"""What an administrator fills in to open a record by break-glass, and to review what another opened."""

from typing import Any

from django import forms
from django.http import HttpRequest

from accounts import proofs
from accounts.policy import person_of
from audit.network import address_of
from rems.forms.base import ActForm, choice_field, reason_field
from rems.forms.signing import PasskeyInput, ProofField
from rems.models.choices import Conclusion


class OpenRecordForm(ActForm):
    """Why the whole record has to be seen, and the second factor again; the password of who has none."""

    proof: proofs.Proof
    reason = reason_field("Why you have to see the whole record", help_text="Others read this and review it.")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person, self._session, self._network = person_of(request), request.session, address_of(request)
        if proofs.has_app(self._person):
            self.fields["code"] = ProofField(
                label="Code of your app",
                help_text="Or a recovery code. Asked again for each record.",
                max_length=20,
                widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "class": "code-input"}),
            )
        if proofs.has_passkey(self._person):
            label = "Or your passkey" if "code" in self.fields else "Your passkey"
            self.fields["passkey"] = ProofField(label=label, max_length=20_000, widget=PasskeyInput)
        if not {"code", "passkey"} & self.fields.keys():
            self.fields["password"] = ProofField(
                label="Your password",
                help_text="Asked again for each record.",
                strip=False,
                max_length=1024,
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "w-md"}),
            )

    def clean(self) -> dict[str, Any]:
        """One of the ways, checked now; what was typed is kept nowhere."""
        data = super().clean() or {}
        ways = [name for name in ("passkey", "code", "password") if data.get(name)]
        field = ways[0] if ways else next(name for name in ("code", "passkey", "password") if name in self.fields)
        try:
            self._prove(field, data)
        except proofs.NotProved as why:
            self.add_error(field, str(why))
        return {name: value for name, value in data.items() if name not in {"passkey", "code", "password"}}

    def _prove(self, field: str, data: dict[str, Any]) -> None:
        if not data.get(field):
            raise proofs.NotProved("Show again that it is you.")
        self.proof = proofs.proof(self._person, how=field)
        if self.errors or proofs.is_repeat(self._person, str(data.get("key", ""))):
            return
        match field:
            case "passkey":
                proofs.check_passkey(self._person, self._session, data[field], network=self._network)
            case "code":
                proofs.check_code(self._person, data[field], network=self._network)
            case _:
                proofs.check_password(self._person, data[field], network=self._network)


class CloseRecordForm(ActForm):
    """Nothing to fill in: the button says it."""


class ReviewForm(ActForm):
    """What a look at the opening found."""

    conclusion = choice_field("Was it justified?", [(each.value, each.label) for each in Conclusion])
    findings = reason_field("What you found", help_text="The reason, what was looked at, what follows.")
