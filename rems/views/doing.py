"""How a form's act is tried: a wrong entry, a busy record and a repeated sending are answers."""

from collections.abc import Callable

from django.core.exceptions import ValidationError

from audit.acts import Busy, KeyReused
from rems.forms.base import ActForm

REPEATED = "This form was sent before with other content, and that was recorded. Open the page anew to do more."


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
    return None
