"""The fields of a signature of one's own, and how a patient's was given."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import proofs
from accounts.models import Person, SigningMethod
from accounts.policy import person_of
from accounts.signatures import Given
from audit.network import address_of

SIGNING_FIELDS = frozenset({"password", "passkey"})
"""What is asked for the signature, and is no part of the record."""


class ProofField(forms.CharField):
    """Password or passkey: one of them is needed, which the form judges."""

    def validate(self, value: Any) -> None:
        """Either may be empty."""


class PasskeyInput(forms.Widget):
    """The passkey's answer, which a script fills in; without scripts nothing but a sentence."""

    use_fieldset = True

    class Media:
        js = ("signing.js",)

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """A hidden field, never filled by the server, with the button that fills it."""
        return format_html(
            '<span class="row-line"><input type="hidden" name="{name}" id="{field}" value="">'
            '<button class="btn" type="button" data-passkey="{address}" data-field="{field}" hidden>'
            "Use a passkey</button>"
            '<span class="small muted" role="status"></span></span>'
            "<noscript>A passkey needs scripts. Use the password.</noscript>",
            name=name,
            field=(attrs or {}).get("id", f"id_{name}"),
            address=reverse("accounts:passkey_challenge"),
        )


class Signing(forms.Form):
    """A form that is signed by password or passkey, given again. ``request``: whose signature it is.

    The printed name is the account's; nobody types it. ``parts/signing_says.html`` shows it before.
    """

    signer: Person | None = None

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if request is not None:
            self.ask_signature(request)

    def ask_signature(self, request: HttpRequest) -> None:
        """Add the fields; whoever has no passkey, or no password, is not asked for it."""
        self.signer, self._session = person_of(request), request.session
        self._network = address_of(request)
        passkey = proofs.has_passkey(self.signer)
        if self.signer.has_usable_password() or not passkey:
            self.fields["password"] = ProofField(
                label="Your password",
                help_text="Asked again for each signature.",
                strip=False,
                max_length=1024,
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "w-md"}),
            )
        if passkey:
            self.fields["passkey"] = ProofField(
                label="Or your passkey" if "password" in self.fields else "Your passkey",
                max_length=20_000,
                widget=PasskeyInput,
            )

    @property
    def asks_signature(self) -> bool:
        """Whether it is signed."""
        return self.signer is not None

    def clean(self) -> dict[str, Any]:
        """Password or passkey, checked again; a password is kept nowhere. A passkey answers for one sending."""
        data = super().clean() or {}
        if self.asks_signature:
            self._prove(data)
            data["password"] = ""
        return data

    def _prove(self, data: dict[str, Any]) -> None:
        try:
            if data.get("passkey"):
                if not self.errors and not proofs.is_repeat(self._signer, str(data.get("key", ""))):
                    proofs.check_passkey(self._signer, self._session, data["passkey"], network=self._network)
            elif data.get("password"):
                proofs.check_password(self._signer, data["password"], network=self._network)
            else:
                self.add_error(self._proof_field("password"), "Type your password.")
        except proofs.NotProved as why:
            self.add_error(self._proof_field("passkey" if data.get("passkey") else "password"), str(why))

    def _proof_field(self, name: str) -> str:
        return name if name in self.fields else "passkey"

    @property
    def _signer(self) -> Person:
        if self.signer is None:
            raise ValueError("nobody was asked to sign")
        return self.signer

    def given(self) -> Given:
        """How it was signed, once the form was judged."""
        answer = self.cleaned_data.get("passkey", "")
        return Given(
            printed_name=self._signer.name,
            method=SigningMethod.PASSKEY if answer else SigningMethod.PASSWORD,
            proof=proofs.proof_of(answer) if answer else "",
        )
