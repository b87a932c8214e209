"""A passkey in software: it is registered as a browser would, and answers challenges with a real signature."""

import base64
import hashlib
import json
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.models import Person

FLAG = AuthenticatorData.FLAG


class SoftKey:
    """One key of one person at one site."""

    def __init__(self, person: Person, *, site: str = "testserver", origin: str = "https://testserver") -> None:
        self.person, self.site, self.origin = person, site, origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = hashlib.sha256(f"{person.pk} at {site}".encode()).digest()
        Authenticator.objects.create(
            user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": self._registration()}
        )

    def _data(self, flags: int, credential: bytes = b"") -> AuthenticatorData:
        return AuthenticatorData.create(hashlib.sha256(self.site.encode()).digest(), FLAG(flags), 0, credential)

    def _registration(self) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(bytes(16), self.credential_id, public)
        told = AttestationObject.create("none", self._data(FLAG.UP | FLAG.UV | FLAG.AT, credential), {})
        client = self._client("webauthn.create", "AAAA")
        return self._named({"attestationObject": websafe_encode(told), "clientDataJSON": websafe_encode(client)})

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _named(self, response: dict[str, Any]) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        }

    def answer(self, options: dict[str, Any], *, verified: bool = True) -> str:
        """What a browser sends for a challenge. ``verified``: whether a finger or a PIN was given."""
        data = self._data(FLAG.UP | (FLAG.UV if verified else 0))
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps(
            self._named(
                {
                    "authenticatorData": websafe_encode(data),
                    "clientDataJSON": websafe_encode(client),
                    "signature": websafe_encode(signature),
                }
            )
        )

    def for_chromium(self) -> dict[str, Any]:
        """The key as Chromium's virtual authenticator takes it."""
        secret = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "credentialId": base64.b64encode(self.credential_id).decode(),
            "isResidentCredential": False,
            "rpId": self.site,
            "privateKey": base64.b64encode(secret).decode(),
            "signCount": 0,
        }
