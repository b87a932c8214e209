"""Attacks make the application say much; what it logs is not looked at here."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Nothing is logged."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
