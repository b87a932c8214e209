"""The cast, and a window of one's own for each of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from accounts.models import Person
from tests.adversary.world import World, world
from tests.journeys.cast import Cast, gather
from tests.journeys.ways import Way
from tests.journeys.window import Window

Windows = Callable[..., Window]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Who is there before the journey."""
    return gather()


@pytest.fixture
def everybody(transactional_db: None) -> World:
    """Somebody of every role in the middle of the work, with a row of each kind."""
    return world()


@pytest.fixture(scope="session")
def seen() -> set[str]:
    """The kinds of pages that were examined already, in whichever journey."""
    return set()


@pytest.fixture
def windows(browser: Browser, live_server: Any, seen: set[str], way: Way) -> Iterator[Windows]:
    """``windows(wanda)``: somebody's own browser, signed in; with None nobody is. It is used in the journey's way.

    Pages that are new are examined. An error in a page's script fails the test.
    """
    contexts, errors = [], []
    look = way.looks[0]

    def open_window(someone: Person | None) -> Window:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.scheme,
            reduced_motion="reduce",
            java_script_enabled=way.scripts,
            locale="en-US",
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        window = Window(page, way, seen)
        if someone is not None:
            window.sign_in(someone)
        return window

    yield open_window
    for context in contexts:
        context.close()
    assert not errors, errors
