"""Worlds that all tests of a file begin with: built and committed once, and copied for each test.

To build the people and patients that a test begins with often takes longer than what is asked of them.
Where every test of a file that uses the database begins with the same world and none of them commits,
the world is committed before the first of them; each is rolled back to it and is given the objects as
they were built. Where that is not so, each test builds a world of its own, as any fixture does.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

COMMITS = {"transactional_db", "live_server", "committed_db"}
USES = {"db", *COMMITS}
FEW = 4
"""Fewer tests than this are not worth a database laid anew."""


def kept(name: str, build: Callable[[], Any]) -> tuple[Any, Any]:
    """Two fixtures for a conftest: one that keeps the world for a file, and ``name``, which gives it to a test.

    ``build`` stands the clock itself where that matters: the test's own fixtures come later.
    """
    of_file = f"{name}_of_the_file"

    @pytest.fixture(scope="module", autouse=True, name=of_file)
    def keep(request: pytest.FixtureRequest) -> Iterator[Any]:
        if not _begins_with(request, name):
            yield None
            return
        request.getfixturevalue("django_db_setup")
        database, blocker = request.getfixturevalue("database"), request.getfixturevalue("django_db_blocker")
        with blocker.unblock():
            world = build()
        yield world
        with blocker.unblock():
            database.lay()

    @pytest.fixture(name=name)
    def give(request: pytest.FixtureRequest) -> Any:
        world = request.getfixturevalue(of_file)
        return build() if world is None else copy.deepcopy(world)

    return keep, give


def _begins_with(request: pytest.FixtureRequest, name: str) -> bool:
    """Whether all tests of the request's file begin so, and none leaves more behind than it found."""
    asked = [asks for item in request.session.items if item.path == request.path and (asks := _asks(item)) & USES]
    return len(asked) >= FEW and all(name in asks and not asks & COMMITS for asks in asked)


def _asks(item: pytest.Item) -> set[str]:
    """The fixtures of a test, with the database's as its mark asks for it."""
    marked = item.get_closest_marker("django_db")
    by_mark = {"transactional_db" if marked.kwargs.get("transaction") else "db"} if marked else set()
    return by_mark | set(getattr(item, "fixturenames", ()))
