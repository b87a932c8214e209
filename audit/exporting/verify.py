"""Verify an export of the audit trail. It needs Python 3.11 or newer and the package `cryptography`, nothing else.

    python verify.py [FOLDER] [--public-key HEX]

Exit code 0: sound. 1: altered; what is wrong is said. 2: it cannot be told.
--public-key is the key with which the sealing began, as you know it from somewhere else than this export.

Each entry's text is hashed (RFC 6962 leaf: SHA-256 over a zero byte and the text), the hashes of a seal make
a Merkle tree whose root the seal names, each seal names the hash of the one before, and a key signs it.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    print("Cannot tell: the Python package `cryptography` is not installed.", file=sys.stderr)
    sys.exit(2)


class Altered(Exception):
    """Something is not as it was sealed."""


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def root(level: list[bytes]) -> bytes:
    """The root of a Merkle tree over leaf hashes."""
    while len(level) > 1:
        above = [sha256(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = [*above, level[-1]] if len(level) % 2 else above
    return level[0]


def require(is_right: bool, what: str) -> None:
    if not is_right:
        raise Altered(what)


def is_signed(public: str, signature: str, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def lines(folder: Path, name: str) -> Iterator[tuple[bytes, Any]]:
    for number, line in enumerate((folder / name).read_bytes().split(b"\n")[:-1], 1):
        try:
            yield line, json.loads(line)
        except ValueError:
            raise Altered(f"{name}: line {number} cannot be read") from None


def check_files(folder: Path, manifest: dict[str, Any]) -> None:
    for name, digest in manifest["files"].items():
        require((folder / name).is_file(), f"{name} is missing")
        require(sha256((folder / name).read_bytes()).hex() == digest, f"{name} is not the file that was exported")


def trusted_keys(folder: Path, public_key: str) -> dict[str, Any]:
    """The first key, or the one given, and those that each endorsed."""
    keys = {key["id"]: key for _, key in lines(folder, "keys.ndjson")}
    for name, key in keys.items():
        require(sha256(bytes.fromhex(key["public"])).hex()[:16] == name, f"key {name} has another name")
    trusted = {n: k for n, k in keys.items() if (k["public"] == public_key if public_key else not k["endorsed_by"])}
    require(len(trusted) == 1, "there is not one key with which the sealing began, or not the one given")
    before = 0
    while before != len(trusted):
        before = len(trusted)
        for name, key in keys.items():
            by = trusted.get(key["endorsed_by"])
            message = b"rems key\x00" + bytes.fromhex(key["public"])
            if by and is_signed(by["public"], key["endorsement"], message):
                trusted[name] = key
    return trusted


def check_seals(folder: Path, keys: dict[str, Any]) -> dict[int, Any]:
    """The seals by number: each hashed over what it says, linked to the one before, and signed."""
    seals: dict[int, Any] = {}
    before, end = "0" * 64, 0
    for _, seal in lines(folder, "seals.ndjson"):
        where = f"seal {seal['no']}"
        said = {name: value for name, value in seal.items() if name not in ("hash", "signature")}
        digest = sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii"))
        require(seal["no"] == len(seals) + 1, f"{where}: one before it is missing")
        require(seal["first_idx"] == end and seal["prev"] == before, f"{where} does not follow the one before it")
        require(digest.hex() == seal["hash"], f"{where}: what it says is not what its hash covers")
        require(seal["key_id"] in keys, f"{where}: the key {seal['key_id']} may not seal")
        message = b"rems seal\x00" + digest
        require(is_signed(keys[seal["key_id"]]["public"], seal["signature"], message), f"{where} is not signed")
        seals[seal["no"]], before, end = seal, seal["hash"], seal["first_idx"] + seal["n"]
    return seals


def check_entries(folder: Path, seals: dict[int, Any], manifest: dict[str, Any]) -> None:
    leaves: dict[int, bytes] = {}
    for line, entry in lines(folder, "events.ndjson"):
        start = f'{{"idx":{entry["idx"]},"payload":'.encode("ascii")
        require(line.startswith(start) and line.endswith(b"}"), f"entry at leaf {entry['idx']} is written otherwise")
        require(entry["idx"] not in leaves, f"leaf {entry['idx']} is there twice")
        leaves[entry["idx"]] = sha256(b"\x00" + line[len(start) : -1])
    require(len(leaves) == manifest["entries"], f"{len(leaves)} entries, and {manifest['entries']} were exported")
    cut = {
        one["seal"]: [bytes.fromhex(digest) for digest in one["hashes"]] for _, one in lines(folder, "leaves.ndjson")
    }
    seen = 0
    for no, seal in seals.items():
        places = range(seal["first_idx"], seal["first_idx"] + seal["n"])
        there = [place for place in places if place in leaves]
        seen += len(there)
        if not there:
            continue
        hashes = cut.get(no) or [leaves[place] for place in there]
        require(len(hashes) == seal["n"], f"seal {no}: {seal['n'] - len(hashes)} of its entries are missing")
        for place in there:
            require(
                hashes[place - seal["first_idx"]] == leaves[place], f"leaf {place}: its text is not what was sealed"
            )
        require(root(hashes).hex() == seal["root"], f"seal {no}: its entries are not those that were sealed")
    require(seen == len(leaves), "there are entries that no seal covers")


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify an export of the audit trail.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--public-key", default="", metavar="HEX")
    given = parser.parse_args()
    try:
        manifest = json.loads((given.folder / "manifest.json").read_bytes())
        check_files(given.folder, manifest)
        if not manifest["entries"]:
            print("Cannot tell: the export holds no sealed entry.")
            return 2
        keys = trusted_keys(given.folder, given.public_key.lower())
        seals = check_seals(given.folder, keys)
        check_entries(given.folder, seals, manifest)
    except (Altered, KeyError, TypeError) as error:
        print(f"ALTERED: {error}")
        return 1
    except (OSError, ValueError) as error:
        print(f"Cannot tell: {error}")
        return 2
    began = "" if given.public_key else f" Compare the key with the one you know: {next(iter(keys.values()))['public']}"
    print(f"Sound: {manifest['entries']} entries, {len(seals)} seals.{began}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
