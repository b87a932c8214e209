"""manage.py compile_catalogs: the translations as Django loads them, without gettext's programs."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rems.catalogs import BadCatalog, compile_all


class Command(BaseCommand):
    """Writes the .mo file beside each .po file. Both are committed."""

    help = "Compile the translations under locale/."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say which files changed."""
        try:
            changed = [path for folder in settings.LOCALE_PATHS for path in compile_all(folder)]
        except BadCatalog as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(str(path) for path in changed) or "Nothing changed.")
