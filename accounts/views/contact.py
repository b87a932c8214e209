"""How one wants to be told: by e-mail, by text, and at which hours nothing rings."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.contact import choice_of, choose_contact, sends_texts
from accounts.forms import ContactForm
from accounts.models import ContactChoice
from accounts.policy import person_of, signed_in

FIELDS = ("email", "text", "mobile", "quiet_from", "quiet_until", "zone", "language")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """What one chose, and choosing anew."""
    chosen = choice_of(person_of(request))
    asked = {name: getattr(chosen, name) for name in FIELDS}
    form = ContactForm(request.POST or None, initial=asked, texts=sends_texts())
    if request.method == "POST" and form.is_valid() and _chosen(request, form, chosen):
        messages.success(request, "Chosen. It holds for what waits to be sent, too.")
        return redirect("accounts:contact")
    context = {"form": form, "texts": sends_texts()}
    return render(request, "accounts/contact.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest, form: ContactForm, before: ContactChoice) -> bool:
    """Whether it was recorded; what was not asked stays as it is."""
    given = form.cleaned_data
    text, mobile = given.get("text", False), given.get("mobile", before.mobile)
    kept = {name: given[name] for name in FIELDS if name not in ("text", "mobile")}
    try:
        choose_contact(**kept, text=text, mobile=mobile, by=person_of(request))
    except ValidationError as error:
        form.add_error(None, error.messages[0])
        return False
    return True
