"""Whether this process can answer: for a load balancer, without anybody's data."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from accounts.policy import public


@require_safe
@public
def show(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when it does not. Redis is not asked: the gate needs none."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "down"}, status=503)
    return JsonResponse({"database": "up"})
