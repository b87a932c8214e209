"""Merkle trees as RFC 6962 has them: leaves and nodes hashed apart, so that neither passes for the other."""

import hashlib
from collections.abc import Iterator, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(payload: bytes) -> bytes:
    """The hash of an entry's own text."""
    return hashlib.sha256(b"\x00" + payload).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, in their order."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def proof(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The hashes that lead from the leaf at a place to the root, the lowest first. Raises IndexError."""
    if not 0 <= place < len(leaves):
        raise IndexError(f"There is no leaf {place} among {len(leaves)}.")
    level, path = list(leaves), []
    while len(level) > 1:
        if (sibling := place ^ 1) < len(level):
            path.append(level[sibling])
        level, place = _parents(level), place >> 1
    return path


def root_by_proof(leaf: bytes, *, place: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root of a tree of so many leaves that a proof leads to. Raises ValueError for a proof of a wrong length."""
    if not 0 <= place < size:
        raise ValueError(f"There is no leaf {place} among {size}.")
    steps, reached = iter(path), leaf
    for is_right, has_sibling in _way(place, size):
        if not has_sibling:
            continue
        try:
            sibling = next(steps)
        except StopIteration:
            raise ValueError("The proof is too short.") from None
        reached = node_hash(sibling, reached) if is_right else node_hash(reached, sibling)
    if next(steps, None) is not None:
        raise ValueError("The proof is too long.")
    return reached


def _parents(level: Sequence[bytes]) -> list[bytes]:
    """The level above; one that is left over rises as it is."""
    sha256 = hashlib.sha256
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return [*above, level[-1]] if len(level) % 2 else above


def _way(place: int, size: int) -> Iterator[tuple[bool, bool]]:
    """At each level up to the root: whether the way comes from the right, and whether it has a sibling."""
    while size > 1:
        yield place % 2 == 1, (place ^ 1) < size
        place, size = place >> 1, (size + 1) >> 1
