"""A decision in templates: verdict, reasons, notes, checks, windows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from eligibility.findings import Decision, Finding
from rems.display import verdicts
from rems.display.clock import now_of, zone_of
from rems.display.windows import Window
from rems.templatetags.words import Zone

register = template.Library()
Names = Mapping[str, str]


def edition_url(decision: Decision) -> str:
    """Where the edition can be read; nowhere, if there was none."""
    if not decision.edition:
        return ""
    try:
        return reverse("programs:edition", args=[decision.program, decision.edition])
    except NoReverseMatch:
        return ""


def rules_url(decision: Decision) -> str:
    """Where the rules can be read by which it was decided; the list of programs where none was in force."""
    return edition_url(decision) or reverse("programs:list")


@register.simple_tag
def rule_url(decision: Decision, finding: Finding) -> str:
    """``{% rule_url decision finding %}``: the rule that says so, on the page of its edition."""
    return f"{rules_url(decision)}#{finding.requirement}"


@register.inclusion_tag("parts/verdict.html", takes_context=True)
def verdict(
    context: Any,
    decision: Decision,
    names: Names | None = None,
    *,
    number: str = "",
    past: bool = False,
    level: int = 1,
    key: str = "",
) -> dict[str, Any]:
    """``{% verdict decision names %}``: the answer in one look. ``number`` of the decision that was kept.

    ``past``: it is looked up and not asked; nothing counts down. ``key`` tells the verdicts of one page apart,
    where there are several.
    """
    zone = zone_of(decision.program)
    shown = verdicts.verdict_of(decision, now=now_of(context), zone=zone, names=names or {})
    shown = shown._replace(left="", left_label="", turns=None) if past else shown
    return {
        "verdict": shown,
        "decision": decision,
        "edition": verdicts.edition_of(decision),
        "edition_url": edition_url(decision),
        "zone": zone,
        "number": number,
        "level": level,
        "key": key,
        "request": context.get("request"),
    }


@register.inclusion_tag("parts/reasons.html", takes_context=True)
def reasons(
    context: Any,
    decision: Decision,
    names: Names | None = None,
    *,
    remedies: Mapping[Any, Any] | None = None,
    key: str = "",
) -> dict[str, Any]:
    """``{% reasons decision names %}``: why not, in the order in which it can be cleared. ``key``: see ``verdict``.

    ``remedies``: the form that clears a reason, by its code.
    """
    found, forms = _rows(context, decision, names, unmet=True), remedies or {}
    return found | {"rows": [(row, forms.get(row.said.code)) for row in found["rows"]], "key": key}


@register.inclusion_tag("parts/notes.html", takes_context=True)
def notes(context: Any, decision: Decision, names: Names | None = None) -> dict[str, Any]:
    """``{% notes decision names %}``: what has to be said though it does not block."""
    return _rows(context, decision, names, unmet=False)


def _rows(context: Any, decision: Decision, names: Names | None, *, unmet: bool) -> dict[str, Any]:
    zone = zone_of(decision.program)
    findings = decision.unmet if unmet else decision.warnings
    rows = verdicts.rows_of(findings, zone=zone, names=names or {}, rules_url=rules_url(decision))
    return {"rows": rows, "zone": zone, "request": context.get("request")}


@register.inclusion_tag("parts/checks_met.html")
def checks_met(decision: Decision) -> dict[str, Any]:
    """``{% checks_met decision %}``: what was asked and is met, folded."""
    return {"rows": verdicts.met_of(decision), "zone": zone_of(decision.program)}


@register.inclusion_tag("parts/windows.html", takes_context=True)
def windows(context: Any, rows: Iterable[Window], zone: Zone = None) -> dict[str, Any]:
    """``{% windows rows zone %}``: each with its countdown, its moment and its mark."""
    return {"rows": rows, "zone": zone_of(zone), "request": context.get("request")}
