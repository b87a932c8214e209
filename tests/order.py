"""Files with long tests first: at the end of a run no process then waits for another's long test."""

import pytest

LONG = ("soak", "browser", "long")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By files: what a file builds for all of its tests is built once."""
    long = {item.path for item in items if any(item.get_closest_marker(mark) for mark in LONG)}
    items.sort(key=lambda item: item.path not in long)
