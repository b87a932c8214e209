"""Parts that hold what a page writes into them. Each prints its template in templates/parts/, and no page its markup.

A part has a meaning and states of its own: a notice, a tile, a task, a verdict. What only arranges them
(``stack``, ``panel``, ``cols``, ``facts``, ``table``) is a class that a page writes. /parts/ shows all of both.
"""

from datetime import datetime
from typing import Any

from django import template
from django.template import Context, Engine
from django.urls import reverse
from django.utils.safestring import SafeString

register = template.Library()


def _printed(context: Context, part: str, **given: Any) -> SafeString:
    """The part with what was given and nothing else, but for the request and the token of forms."""
    kept = {name: context.get(name) for name in ("request", "csrf_token")}
    return Engine.get_default().get_template(f"parts/{part}.html").render(context.new(kept | given))


@register.simple_block_tag(takes_context=True)
def notice(
    context: Context, content: str, tone: str = "note", icon: str = "info", *, role: str = "", label: str = "",
    titled: str = "", prints: bool = True,
) -> SafeString:  # fmt: skip
    """``{% notice "warning" "key" %}…{% endnotice %}``: something to know here.

    ``role``: alert or status. ``label``, or ``titled`` with the id of a title in it: a region of its own.
    ``prints=False``: not on paper.
    """
    given = {"tone": tone, "icon": icon, "role": role, "label": label, "titled": titled, "prints": prints}
    return _printed(context, "notice", content=content, **given)


@register.simple_block_tag(takes_context=True)
def stat(
    context: Context, content: str, tone: str, query: str, words: str, many: object, icon: str = "", *, to: str = ""
) -> SafeString:
    """``{% stat "refused" "?kind=overdue#list" "Overdue" 37 "warning" %}9 escalated{% endstat %}``: opens its list.

    ``to``: the name of the list's page, where it is another than this one.
    """
    href = f"{reverse(to)}{query}" if to else query
    return _printed(context, "stat", content=content, tone=tone, href=href, words=words, many=many, icon=icon)


@register.simple_block_tag(takes_context=True)
def task(
    context: Context, content: str, tone: str, icon: str, state: str, *, verb: str = "", href: str = "",
    post: str = "", about: str = "",
) -> SafeString:  # fmt: skip
    """``{% task "refused" "flag" "New" verb="Open" href=there about=" the report" %}…{% endtask %}`` in ``.tasks``.

    Its button opens ``href``, or sends to ``post``; without a verb there is none. ``about`` is said after
    the verb to who cannot see the line.
    """
    given = {"tone": tone, "icon": icon, "state": state, "verb": verb, "href": href, "post": post, "about": about}
    return _printed(context, "task", content=content, **given)


@register.simple_block_tag(takes_context=True)
def answer(
    context: Context, content: str, tone: str, icon: str, title: str, *, left: str = "", left_label: str = "",
    level: int = 1, key: str = "", turns: datetime | None = None, allowed: bool = True, zone: object = None,
) -> SafeString:  # fmt: skip
    """``{% answer "allowed" "allowed" "Confirmed" left="9 h" left_label="left" %}…{% endanswer %}``: in one look.

    The box of a verdict. A decision of the engine is printed by ``{% verdict %}``, which fills this one.
    ``turns``: when time alone may change the answer, said then by a page that stays open.
    """
    given = {"tone": tone, "icon": icon, "title": title, "left": left, "left_label": left_label}
    ends = {"turns": turns, "allowed": allowed, "zone": zone}
    return _printed(context, "answer", content=content, level=level, key=key, **given, **ends)


@register.simple_block_tag(takes_context=True)
def choice(
    context: Context, content: str, kind: str, name: str, value: object, key: str, *, chosen: bool = False,
    now: object = None,
) -> SafeString:  # fmt: skip
    """``{% choice "radio" "site" 3 "id_site_0" now=3 %}<strong>…</strong>{% endchoice %}`` in ``.choices``.

    It is made if ``chosen``, or if ``now`` is its value.
    """
    made = bool(chosen) or str(now) == str(value)
    return _printed(context, "choice", content=content, kind=kind, name=name, value=value, key=key, chosen=made)


@register.simple_block_tag(takes_context=True)
def outline(context: Context, content: str) -> SafeString:
    """``{% outline %}<li>…</li>{% endoutline %}``: the sections of a long page, beside it."""
    return _printed(context, "outline", content=content)


@register.simple_block_tag(takes_context=True)
def strip(
    context: Context, content: str, tone: str, icon: str, label: str, *, element: str = "aside", prints: bool = True
) -> SafeString:
    """``{% strip "held" "held" "Downtime" %}…{% endstrip %}``: something about the whole system, on top of a page.

    ``element``: what else than a landmark it is, where it is only looked at.
    """
    given = {"tone": tone, "icon": icon, "label": label, "element": element or "aside", "prints": prints}
    return _printed(context, "strip", content=content, **given)
