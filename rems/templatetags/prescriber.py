"""What is missing for an authorization, each reason with the form that clears it."""

from collections.abc import Mapping
from typing import Any

from django import template

from eligibility.findings import Decision
from rems.display import verdicts
from rems.display.clock import zone_of
from rems.templatetags.decisions import rules_url

register = template.Library()


@register.inclusion_tag("rems/prescriber/missing.html", takes_context=True)
def missing(context: Any, decision: Decision, names: Mapping[str, str], remedies: Mapping[Any, Any]) -> dict[str, Any]:
    """``{% missing decision names remedies %}``: all that blocks, in the order in which it can be cleared."""
    zone = zone_of(decision.program)
    rows = verdicts.rows_of(decision.unmet, zone=zone, names=names, rules_url=rules_url(decision))
    forms = [remedies.get(row.said.code) for row in rows]
    return {"rows": list(zip(rows, forms, strict=True)), "zone": zone, "request": context.get("request")}
