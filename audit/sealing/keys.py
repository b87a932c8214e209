"""The sealer's key: Ed25519, in a file for its owner alone; a later key is endorsed by the one before."""

import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Unusable(Exception):
    """The key's file cannot be used; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """A private key, and by which key it was endorsed, if it is not the first."""

    private: Ed25519PrivateKey
    endorsed_by: str | None = None
    endorsement: bytes | None = None

    @property
    def public(self) -> bytes:
        """Its public half, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> str:
        """Its name: the first 16 hex digits of the SHA-256 of its public half."""
        return id_of(self.public)

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self.private.sign(message)


def id_of(public: bytes) -> str:
    """The name of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def endorsement_message(public: bytes) -> bytes:
    """What a key signs to endorse another."""
    return b"rems key\x00" + public


def is_signed(*, public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the key made the signature of the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def make(path: Path, *, endorser: Key | None = None) -> Key:
    """A new key in a new file of mode 600. Raises Unusable where there is a file already."""
    private = Ed25519PrivateKey.generate()
    key = Key(private=private)
    if endorser is not None:
        endorsement = endorser.sign(endorsement_message(key.public))
        key = Key(private=private, endorsed_by=endorser.id, endorsement=endorsement)
    kept = {"private": private.private_bytes_raw().hex(), "public": key.public.hex(), "id": key.id}
    if key.endorsement is not None:
        kept |= {"endorsed_by": str(key.endorsed_by), "endorsement": key.endorsement.hex()}
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Unusable(f"{path} cannot be made: {error.strerror}.") from None
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(json.dumps(kept, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def read(path: Path) -> Key:
    """The key in a file. Raises Unusable; also where others than its owner may read it."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        kept = json.loads(path.read_text(encoding="ascii"))
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["private"]))
        endorsement = bytes.fromhex(kept["endorsement"]) if "endorsement" in kept else None
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise Unusable(f"{path} holds no key; `manage.py audit key FILE` makes one.") from None
    if mode & 0o077:
        raise Unusable(f"{path} may be read by others than its owner (mode {mode:o}); chmod 600 it.")
    return Key(private=private, endorsed_by=kept.get("endorsed_by"), endorsement=endorsement)
