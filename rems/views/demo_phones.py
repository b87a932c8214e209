"""Patients' phones, in the demonstration: the message that would leave, and the link that nobody has to mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.policy import public
from rems.actions.standing import Forbidden
from rems.demo import phones as queries
from rems.display.clock import zone_of


@public
@never_cache
@require_safe
def phones(request: HttpRequest) -> HttpResponse:
    """Whose phones there are, the newest message on each, and the birth date to give behind the link."""
    return render(request, "rems/demo_phones.html", {"phones": queries.phones(), "zone": zone_of(None)})


@public
@never_cache
@require_POST
def open_link(request: HttpRequest, number: str) -> HttpResponse:
    """Make a new link, as the practice would, and open it."""
    try:
        opened = queries.open_link(number)
    except Forbidden as nobody:
        raise Http404 from nobody
    return redirect(f"{reverse('patient_link', args=[opened.token])}?lang={opened.language.value}")
