#!/usr/bin/env python
"""Runs Django's commands: `REMS_ENV=demo .venv/bin/python manage.py …`."""

import os
import sys


def main() -> None:
    """Run the command in the arguments. `migrate` runs as the owner when OWNER_DATABASE_URL is given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rems.settings")
    owner = os.environ.get("OWNER_DATABASE_URL")
    if owner and sys.argv[1:2] == ["migrate"]:
        os.environ["DATABASE_URL"] = owner
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
