"""An authorization that the program gave by telephone while this system was down, entered afterwards."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from rems.actions.later import Told, enter_later
from rems.forms.later import ToldForm
from rems.models.choices import LaterKind
from rems.views.doing import attempt
from rems.views.prescriber.common import enrollment_of, must_be_own, show

PURPOSE = (
    "What the program authorized by telephone while this system was down. It is marked as recorded after the fact, an "
    "administrator looks at it, and no number of this system comes of it."
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ENTER_AUTHORIZED)
def by_telephone(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """Record after the fact what was authorized by telephone."""
    enrollment = enrollment_of(request, number, program)
    must_be_own(request, [enrollment])
    form, status = ToldForm(request.POST or None), 200

    def act(key: str) -> object:
        told = Told(*(form.cleaned_data[name] for name in Told._fields))
        person, kind = person_of(request), LaterKind.AUTHORIZATION
        return enter_later(kind=kind, patient=enrollment.patient, program=program, told=told, by=person, key=key)

    if request.method == "POST":
        if not (failed := attempt(form, act)):
            messages.success(request, "Recorded after the fact. An administrator looks at it.")
            return redirect("prescriber:patient", number)
        status = failed
    page = {"form": form, "title": "Authorized by telephone", "purpose": PURPOSE, "verb": "Record after the fact"}
    return show(request, "entry", page, patient=enrollment.patient, enrollments=[enrollment], status=status)
