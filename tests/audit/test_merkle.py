"""Merkle trees: as RFC 6962 writes them down, and as its vectors have them."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle

# The inputs and roots with which the reference implementations of RFC 6962 test themselves.
INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def root_as_defined(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    both = root_as_defined(leaves[:split]) + root_as_defined(leaves[split:])
    return hashlib.sha256(b"\x01" + both).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_trees_have_the_known_roots(size: int) -> None:
    assert merkle.root([merkle.leaf_hash(data) for data in INPUTS[:size]]).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root([]) == hashlib.sha256().digest()


@given(HASHES)
def test_every_root_is_as_the_definition_has_it(leaves: list[bytes]) -> None:
    assert merkle.root(leaves) == root_as_defined(leaves)


@given(HASHES, st.data())
def test_every_proof_leads_to_the_root_and_no_other_leaf_has_it(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.proof(leaves, place)
    reached = merkle.root_by_proof(leaves[place], place=place, size=len(leaves), path=path)
    assert reached == merkle.root(leaves)
    other = bytes([leaves[place][0] ^ 1]) + leaves[place][1:]
    assert merkle.root_by_proof(other, place=place, size=len(leaves), path=path) != reached


@pytest.mark.parametrize(("path", "why"), [([], "too short"), ([b"a" * 32] * 3, "too long")])
def test_a_proof_of_another_length_is_none(path: list[bytes], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        merkle.root_by_proof(b"l" * 32, place=1, size=3, path=path)


@pytest.mark.parametrize("place", [-1, 3])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(place: int) -> None:
    with pytest.raises(IndexError):
        merkle.proof([b"l" * 32] * 3, place)
    with pytest.raises(ValueError, match="no leaf"):
        merkle.root_by_proof(b"l" * 32, place=place, size=3, path=[])
