"""The live server and the browser work, before any page is tested with them."""

import pytest
from playwright.sync_api import Page


@pytest.mark.browser
def test_a_browser_reaches_the_live_server(page: Page) -> None:
    answer = page.goto("/healthz")
    assert answer is not None
    assert answer.json() == {"database": "up"}
    assert "default-src 'none'" in answer.headers["content-security-policy"]
