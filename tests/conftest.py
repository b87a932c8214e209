"""What every test may ask for; see `tests.database` and `tests.browsing`. Long tests begin first."""

pytest_plugins = ["tests.database", "tests.browsing", "tests.order", "tests.sessions", "tests.trail"]
