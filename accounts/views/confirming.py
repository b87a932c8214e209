"""The password again, before something about an account changes. Wrong ones are counted as at the door."""

from django import forms
from django.http import HttpRequest

from accounts import sign_in, throttle, wording
from accounts.policy import person_of
from audit.denials import record_denial


def confirmed(request: HttpRequest, form: forms.Form) -> bool:
    """Whether the form's ``current`` is the person's password; else the form says so, and it is recorded."""
    person = person_of(request)
    tried = sign_in.begin_try(request, person.email)
    if tried.is_refused:
        form.add_error("current", wording.refused_words(tried))
        return False
    if person.check_password(form.cleaned_data["current"]):
        throttle.take_back(tried)
        return True
    record_denial(action="accounts.confirm_password", by=person, reason="The password does not fit.")
    form.add_error("current", f"{wording.WRONG_PASSWORD} {wording.used_words(tried)}")
    return False
