"""Whose data a page showed: written down before the page is given."""

from django.http import HttpRequest

from accounts.policy import person_of
from audit.denials import record_view
from pharmacies.models import Pharmacy
from rems.queries.site_day import Entry


def record_list(request: HttpRequest, site: Pharmacy, entries: list[Entry]) -> None:
    """Write down whose numbers a list of the site showed."""
    patients = sorted({entry.confirmation.authorization.patient_id for entry in entries})
    if patients:
        record_view(
            action="pharmacy.view_today", by=person_of(request), patient_ids=patients, details={"site": site.pk}
        )
