"""How a form's act is tried: a wrong entry, a busy record and a repeated sending are answers."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from psycopg.errors import UniqueViolation

from audit.acts import Busy, KeyReused
from rems.forms.base import ActForm

REPEATED = "This form was sent before with other content, and that was recorded. Open the page anew to do more."
AT_ONCE = "Somebody recorded the same at this moment, and that stands. Nothing was done now. Look at it first."


def attempt(form: ActForm, act: Callable[[str], object]) -> int | None:
    """Do the act with the form's key. None: done; else the status, and the form says what is wrong."""
    if not form.is_valid():
        return 422
    try:
        act(form.cleaned_data["key"])
    except ValidationError as error:
        form.blame(error)
        return 422
    except KeyReused:
        form.add_error(None, REPEATED)
        return 409
    except Busy as busy:
        form.add_error(None, str(busy))
        return 503
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        form.add_error(None, AT_ONCE)
        return 409
    return None
