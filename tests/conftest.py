"""What every test may ask for; see `tests.database` and `tests.browsing`."""

import os

import pytest

pytest_plugins = ["tests.database", "tests.browsing"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The soak runs only when asked for."""
    if os.environ.get("SOAK") == "1":
        return
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: make soak"))
