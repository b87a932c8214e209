"""What every test may ask for; see `tests.database` and `tests.browsing`."""

pytest_plugins = ["tests.database", "tests.browsing", "tests.trail"]
