"""What is due, as a patient reads it: a tag, a title, a sentence, and one thing to press."""

from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.dateformat import format as written
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rems.queries.own import LATE, LATER, NEAR, NOW, STOPPED, Due

TONES = {
    STOPPED: ("is-refused", "refused"),
    LATE: ("is-refused", "warning"),
    NOW: ("is-warning", "clock"),
    NEAR: ("is-warning", "clock"),
    LATER: ("is-neutral", "calendar"),
}


class Card(NamedTuple):
    """One thing to do. ``href``: of what clears it here; '': the clinic does, by telephone."""

    tone: str
    icon: str
    tag: str
    title: str
    sentence: str
    press: str
    href: str
    program: str


def day_words(day: date) -> str:
    """Monday, June 15; lunes, 15 de junio."""
    return written(day, _("l, F j"))


def date_words(day: date) -> str:
    """June 15, 2026; 15 de junio de 2026."""
    return written(day, _("F j, Y"))


def card_of(due: Due) -> Card:
    """The card of one thing."""
    tone, icon = TONES[due.state]
    title, sentence = _said(due)
    press, href = _pressed(due)
    return Card(tone, icon, _tag(due), title, sentence, press, href, due.enrollment.program)


def _tag(due: Due) -> str:
    if due.state == STOPPED:
        return _("Stop")
    if due.state == LATE:
        return ngettext("%(days)s day late", "%(days)s days late", due.late) % {"days": due.late}
    if due.day is None:
        return _("Now")
    if due.kind == "capsules":
        return _("From %(day)s") % {"day": day_words(due.day)}
    return _("By %(day)s") % {"day": day_words(due.day)}


def _said(due: Due) -> tuple[str, str]:
    """Title and sentence."""
    titles = {
        "stop": (_("Take no more capsules"), _("Call your clinic now. You get no capsules until this is cleared.")),
        "test": (_("Pregnancy test"), _test(due)),
        "survey": (_("Your survey"), _survey(due)),
        "agreement": (_("A form to sign"), _("Your clinic has a new form for you. Call them.")),
        "contraception": (_("Your birth control"), _("Tell us what you use. You need this before your next capsules.")),
        "capsules": (_("Your next capsules"), _fill(due)),
        "number": (_("Your capsules are ready to get"), _("Go to your pharmacy by this day.")),
    }
    return titles[due.kind]


def _test(due: Due) -> str:
    if due.day is None:
        return _("Ask your clinic for the day of your next test.")
    if due.state == LATE:
        return _("It was due on %(day)s. You cannot get your next capsules before it is done.") % {
            "day": day_words(due.day)
        }
    return _("Have it done by %(day)s.") % {"day": day_words(due.day)}


def _survey(due: Due) -> str:
    if _rests(due):
        return _("It is done for now.")
    return _("It takes about 2 minutes. You need it before your next capsules.")


def _rests(due: Due) -> bool:
    """Whether the survey is done, and the next one is far."""
    return due.done and due.state == LATER


def _fill(due: Due) -> str:
    return _("If all on this page is done.") if due.waits else _("Nothing is missing now.")


def _pressed(due: Due) -> tuple[str, str]:
    """What to press, and where it leads."""
    if due.kind == "survey":
        answers = reverse("my:survey", args=[due.enrollment.pk])
        return ("", "") if _rests(due) else (_("Start the survey"), answers)
    if due.kind == "contraception":
        return _("Tell us"), reverse("my:contraception", args=[due.enrollment.pk])
    calls = due.kind in {"stop", "agreement"} or (due.kind == "test" and due.state in {LATE, NOW})
    return (_("Call your clinic"), "") if calls else ("", "")
