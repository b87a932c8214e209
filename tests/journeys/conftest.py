"""The cast, and a window of one's own for each of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from accounts.models import Person
from tests.journeys.cast import Cast, gather
from tests.journeys.window import Window

WIDE = {"width": 1280, "height": 900}
Windows = Callable[..., Window]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Who is there before the journey."""
    return gather()


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The kinds of pages that were examined already, in whichever journey."""
    return set()


@pytest.fixture
def windows(browser: Browser, live_server: Any, seen: set[str]) -> Iterator[Windows]:
    """``windows(wanda)``: somebody's own browser, signed in. Pages that are new are examined.

    With ``scripts=False`` nothing runs in the pages, and nothing is examined. An error in a page's
    script fails the test.
    """
    contexts, errors = [], []

    def open_window(someone: Person, *, scripts: bool = True) -> Window:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=WIDE,  # type: ignore[arg-type]
            java_script_enabled=scripts,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        window = Window(page, seen if scripts else None)
        window.sign_in(someone)
        return window

    yield open_window
    for context in contexts:
        context.close()
    assert not errors, errors
