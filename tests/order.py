"""Files with long tests first: at the end of a run no process then waits for another's long test.

Files that share a group go to one process. xdist says that by rewriting each test's id, which pytest 9.2 does not
let it do any more (pytest-xdist 3.8.0): every mark ``xdist_group`` was without effect. So it is read here.
"""

import re
from functools import cache
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from rems.services import places

LONG = ("soak", "browser", "long")
GROUP = re.compile(r'^pytestmark = .*xdist_group\("([^"]+)"\)', re.MULTILINE)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By files: what a file builds for all of its tests is built once."""
    for item in items:
        if item.get_closest_marker("xdist_group") and not group_of(str(item.path.relative_to(places.ROOT))):
            raise pytest.UsageError(f"{item.nodeid}: a group is named in one line, pytestmark = …")
    long = {item.path for item in items if any(item.get_closest_marker(mark) for mark in LONG)}
    items.sort(key=lambda item: item.path not in long)


@cache
def group_of(file: str) -> str:
    """The group that a file's mark names; '' where it has none."""
    named = GROUP.search((places.ROOT / file).read_text())
    return named[1] if named else ""


class ByGroup(LoadScopeScheduling):
    """Tests of a group to one process, in their order; every other test to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.split("::")[0]) or nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByGroup | None:
    """The scheduler of ``--dist loadgroup``."""
    return ByGroup(config, log) if config.getvalue("dist") == "loadgroup" else None
