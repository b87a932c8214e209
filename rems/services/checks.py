"""The part of `make check` that needs a database: Django's checks, and migrations that are missing."""

import os
import subprocess
import sys

from rems.services import places, postgres, roles

CHECKS = (("check", "--fail-level=WARNING"), ("makemigrations", "--check", "--dry-run"))


def main() -> int:
    """Run them; the exit code of the first that fails."""
    tenancy = postgres.TEST.start()
    try:
        addresses = roles.install(superuser_url=postgres.TEST.superuser_url(), database="rems_check")
        environment = {**os.environ, "REMS_ENV": "test", "DATABASE_URL": addresses.owner}
        for words in CHECKS:
            ran = subprocess.run([sys.executable, "manage.py", *words], cwd=places.ROOT, env=environment, check=False)
            if ran.returncode != 0:
                return ran.returncode
        return 0
    finally:
        postgres.TEST.stop(tenancy)


if __name__ == "__main__":
    sys.exit(main())
