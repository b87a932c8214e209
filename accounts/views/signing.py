"""What a passkey is asked, where something is signed or shown to be oneself again."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import proofs
from accounts.policy import person_of, signed_in


@require_POST
@never_cache
@signed_in
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """What a passkey answers to sign something; asked for by the script beside the signature."""
    try:
        return JsonResponse(proofs.challenge(person_of(request), request.session))
    except proofs.NotProved as why:
        return JsonResponse({"error": str(why)}, status=409)
