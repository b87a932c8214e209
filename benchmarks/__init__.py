"""Timings. Each module here with a function `run()` is one: it returns medians by name, in seconds."""
