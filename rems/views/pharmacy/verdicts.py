"""What the pages about one number are given: the decision, whose it is, windows, words."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policy import person_of
from audit import clock
from audit.denials import record_view
from eligibility import Clearer, Decision, Reason, Stage
from eligibility.editions import edition_in_force
from eligibility.moments import span_words
from eligibility.vocabulary import Category
from pharmacies.models import Pharmacy
from rems import gate
from rems.display.names import names_for
from rems.display.windows import Window
from rems.downtime import must_be_up
from rems.forms.pharmacy import ConfirmForm, HandOverForm
from rems.models import Authorization, Confirmation
from rems.models import Decision as Kept
from rems.queries import pharmacy as queries
from rems.queries import pharmacy_windows as windows
from rems.queries import site_day
from rems.queries.pharmacy_meeting import meeting_of
from rems.queries.witness import witness_of
from rems.views.pharmacy.queue import in_queue


def names_of(authorization: Authorization, *, site: Pharmacy, decision: Decision) -> dict[str, str]:
    """Who and what the sentences of a reason name."""
    return names_for(
        program=authorization.program,
        patient=authorization.prescription.enrollment.patient,
        prescriber=authorization.prescription.prescriber,
        site=site,
        decision=decision,
        why=authorization.cancel_reason.rstrip("."),
        holder=queries.holder_of(authorization, at=decision.at),
    )


def for_this_site(decision: Decision) -> Decision:
    """What a site may be told of an authorization that is presented there.

    One that is not certified in the program is told exactly that: what else stands in the way is
    about the patient, and is for certified sites.
    """
    own = tuple(f for f in decision.unmet if f.reason is Reason.PHARMACY_NOT_CERTIFIED)
    return decision._replace(findings=own) if own else decision


BY_THE_FORM = {
    Stage.CONFIRM: frozenset({Reason.TOO_EARLY, Reason.CHECKLIST_INCOMPLETE}),
    Stage.HAND_OVER: frozenset({Reason.MEDICATION_GUIDE_MISSING, Reason.NOT_SHIPPED_SAME_DAY}),
}
"""What the pharmacist clears now, by answering the form otherwise. All else has to happen somewhere first."""


def may_ask(decision: Decision) -> bool:
    """Whether the form is shown: it is allowed, or another answer in the form may clear all that blocks."""
    return decision.allowed or bool(decision.unmet and decision.reasons <= BY_THE_FORM[decision.stage])


def about(authorization: Authorization, decision: Decision, *, site: Pharmacy) -> dict[str, Any]:
    """What every page about one number needs."""
    prescription = authorization.prescription
    return {
        "site": site,
        "authorization": authorization,
        "prescription": prescription,
        "items": prescription.items.select_related("product"),
        "enrollment": prescription.enrollment,
        "patient": prescription.enrollment.patient,
        "prescriber": prescription.prescriber,
        "category": queries.category_of(authorization),
        "decision": decision,
        "names": names_of(authorization, site=site, decision=decision),
        "edition": edition_in_force(authorization.program, decision.at),
        "section": "pharmacy:home",
    }


def confirm_form(authorization: Authorization, *, data: Any = None) -> ConfirmForm:
    """The checklist of the patient's category, empty or as it was sent."""
    enrolled = Category(queries.category_of(authorization))
    computed = queries.days_on_hand(authorization, at=clock.now())
    return ConfirmForm(data, enrolled=enrolled, computed=computed)


def show_authorization(
    request: HttpRequest,
    site: Pharmacy,
    authorization: Authorization,
    *,
    form: ConfirmForm | None = None,
    kept: Kept | None = None,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    """The verdict on an authorization: asked now, or a decision that was just kept. Raises Down in downtime."""
    must_be_up()
    asked = (
        gate.decision_of(kept)
        if kept
        else gate.preview(authorization=authorization, stage=Stage.CONFIRM, pharmacy=site)
    )
    decision = for_this_site(asked)
    told = decision is asked
    page = about(authorization, decision, site=site)
    page |= {
        "told": told,
        "kept": kept,
        "kept_number": f"D-{kept.pk}" if kept else "",
        "notice": notice,
        "form": form or confirm_form(authorization),
        "windows": windows.before_confirming(
            authorization, asked, page["edition"], category=Category(page["category"])
        ),
        "meeting": meeting_of(authorization, decision, page["edition"], category=Category(page["category"]))
        if told
        else None,
        "call_prescriber": told and any(Clearer.PRESCRIBER in f.clearers for f in decision.unmet),
        "may_try": told and may_ask(decision),
        "queue": in_queue(request),
        "confirmed_here": queries.open_confirmation(authorization, site=site, at=decision.at) if kept else None,
    }
    # Nothing can be done here with a refused number: in the queue the next one is awaited.
    page["focus"] = page["queue"] and not page["may_try"]
    record_view(
        action="pharmacy.view_authorization",
        by=person_of(request),
        patient_ids=[authorization.patient_id] if told else [],
        subject=authorization,
        details={"site": site.pk, "outcome": decision.outcome.value},
    )
    return render(request, "rems/pharmacy/verify.html", page, status=status)


def show_confirmation(
    request: HttpRequest,
    site: Pharmacy,
    confirmation: Confirmation,
    *,
    form: HandOverForm | None = None,
    kept: Kept | None = None,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    """A site's own number: open with its hand-over, or as it ended."""
    authorization = confirmation.authorization
    asked = _asked_of(confirmation, site=site, kept=kept)
    page = about(authorization, asked, site=site)
    category, dispensing = Category(page["category"]), site_day.dispensing_of(confirmation)
    state = site_day.by_answer(site_day.state_of(confirmation, at=clock.now()), confirmation, asked)
    until = site_day.allowed_until(confirmation, asked) if state.open else confirmation.stands_until
    page |= {
        "confirmation": confirmation,
        "dispensing": dispensing,
        "state": state,
        "kept": kept,
        "kept_number": f"D-{kept.pk}" if kept else "",
        "notice": notice,
        "form": form or HandOverForm(),
        "standing": state.open and asked.allowed,
        "may_try": state.open and may_ask(asked),
        "may_ask_anew": not state.open and authorization.stands_until >= clock.now(),
        "left": span_words(max(until - asked.at, timedelta(0))),
        "until": until,
        "ships_until": windows.ships_until(confirmation, page["edition"], category=category),
        "windows": _windows(confirmation, asked, page),
        "witness": witness_of(dispensing or confirmation),
    }
    record_view(
        action="pharmacy.view_confirmation",
        by=person_of(request),
        patient_ids=[authorization.patient_id],
        subject=confirmation,
        details={"site": site.pk, "state": state.word},
    )
    template = "dispensed" if dispensing and not kept else "confirmation"
    return render(request, f"rems/pharmacy/{template}.html", page, status=status)


def _windows(confirmation: Confirmation, asked: Decision, page: dict[str, Any]) -> list[Window]:
    edition = page["edition"]
    if site_day.dispensing_of(confirmation) is None:
        return windows.after_confirming(confirmation, asked, edition, category=Category(page["category"]))
    since = gate.preview(stage=Stage.AUTHORIZE, enrollment=page["enrollment"])
    return windows.after_dispensing(confirmation, asked, edition, since=since)


def _asked_of(confirmation: Confirmation, *, site: Pharmacy, kept: Kept | None) -> Decision:
    """The decision just kept; of a number that was handed over, the one that let it; else asked now."""
    dispensing = site_day.dispensing_of(confirmation)
    decided = kept or (dispensing.decision if dispensing else None)
    if decided is not None:
        return gate.decision_of(decided)
    return gate.preview(confirmation=confirmation, stage=Stage.HAND_OVER, pharmacy=site)
