"""PostgreSQL and Valkey out of their packages, and what surrounds them.

Nothing here imports Django: it runs before the settings are loaded. The two embedded packages
are touched by `postgres` and `valkey` alone, so that others can take their place.
"""
