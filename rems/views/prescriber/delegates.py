"""Who prepares and enters for me."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.people import person_with
from accounts.policy import person_of, requires
from accounts.roles import Permission, Role
from prescribers import actions
from prescribers.models import Prescriber
from rems.forms.prescriber.identity import DelegateForm
from rems.forms.prescriber.prescribing import AskForm
from rems.queries import prescriber as queries
from rems.views.doing import attempt
from rems.views.prescriber.common import show


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NAME_DELEGATES)
def delegates(request: HttpRequest) -> HttpResponse:
    """My delegates, those of now and those of before; and a form to name one."""
    own = queries.own_prescriber(person_of(request))
    if own is None:
        messages.info(request, "Give your data first.")
        return redirect("prescriber:details")
    form = DelegateForm(request.POST or None)
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: _name(request, own, form, key))
    if status is None:
        messages.success(request, "Named the delegate.")
        return redirect("prescriber:delegates")
    rows = [(row, AskForm() if row.ended_at is None else None) for row in queries.delegates_of(own)]
    return show(request, "delegates", {"form": form, "rows": rows, "section": "prescriber:delegates"}, status=status)


def _name(request: HttpRequest, own: Prescriber, form: DelegateForm, key: str) -> object:
    """One text for no account and for one that is not a delegate's: accounts are not to be guessed."""
    person = person_with(email=form.cleaned_data["email"])
    if person is None or not person.is_active or Role.DELEGATE not in person.roles():
        raise ValidationError({"email": ["No account of a delegate has this address. The program makes accounts."]})
    return actions.name_delegate(prescriber=own, person=person, by=person_of(request), key=key)


@require_POST
@requires(Permission.NAME_DELEGATES)
def end_delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegate's work for me, from now on."""
    own = queries.own_prescriber(person_of(request))
    if own is None:
        raise Http404
    delegate = get_object_or_404(queries.delegates_of(own), pk=pk)
    form = AskForm(request.POST)
    status = attempt(form, lambda key: actions.end_delegate(delegate=delegate, by=person_of(request), key=key))
    if status:
        messages.error(request, " ".join(str(error) for error in form.non_field_errors()) or "Send the form again.")
    else:
        messages.success(request, f"Ended. {delegate.person.name} no longer sees your patients.")
    return redirect("prescriber:delegates")
