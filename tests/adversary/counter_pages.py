"""What a pharmacist sends from the pages of the counter."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.models import Event
from rems import models
from rems.checklists import required_points
from tests.rems.scenario_rows import Rows

NO_ANSWER = "Nothing was authorized"


def ask_to_confirm(client: Client, rows: Rows, number: str = "", **changes: Any) -> HttpResponse:
    """The checklist of the patient's category, all ticked."""
    authorization = rows.number
    typed: dict[str, Any] = {
        "key": str(uuid4()),
        "category": "as_enrolled",
        "points": list(required_points(authorization.category)),
        **changes,
    }
    return client.post(reverse("pharmacy:confirm", args=[number or authorization.number]), typed)  # type: ignore[return-value]


def ask_to_hand_over(client: Client, rows: Rows, number: str = "", **changes: Any) -> HttpResponse:
    """Handed over with its Medication Guide."""
    typed = {"key": str(uuid4()), "method": "hand", "medication_guide": "on", **changes}
    return client.post(reverse("pharmacy:hand_over", args=[number or rows.confirmed.number]), typed)  # type: ignore[return-value]


def reasons(answer: Any) -> set[str]:
    """The reasons on a page of the gate."""
    return {finding.reason.value for finding in answer.context["decision"].unmet}


def stored() -> dict[str, int]:
    """How much of everything there is that the gate issues, and of its trail."""
    counted = (models.Authorization, models.Confirmation, models.Dispensing, models.Decision, models.Deviation)
    kept = {model.__name__: model.objects.count() for model in counted}
    return kept | {"events": Event.objects.filter(action__startswith="gate.").count()}
