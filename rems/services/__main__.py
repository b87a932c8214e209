"""`python -m rems.services`: the demo's PostgreSQL and Valkey alone, until Ctrl-C.

For work with `REMS_ENV=demo .venv/bin/python manage.py …` while no demo runs.
"""

import signal

from rems.services import postgres, roles, valkey

database, broker = postgres.DEMO.start(), valkey.DEMO.start()
try:
    addresses = roles.install(superuser_url=postgres.DEMO.superuser_url(), database="rems")
    print(f"OWNER_DATABASE_URL='{addresses.owner}'\nDATABASE_URL='{addresses.app}'\nREDIS_URL='{valkey.DEMO.url()}'")
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
finally:
    valkey.DEMO.stop(broker)
    postgres.DEMO.stop(database)
