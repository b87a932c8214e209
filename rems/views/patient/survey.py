"""The survey of the category, one question at a time; and what is told or attested at any time."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policy import requires
from accounts.roles import Permission
from eligibility.vocabulary import Category
from rems.actions import own as actions
from rems.display.clock import now_of
from rems.forms.patient import AnswerForm, SendForm
from rems.models import Enrollment
from rems.own_words import ANSWERS, QUESTIONS
from rems.queries.prescriber import category_of
from rems.surveys import Question, draft_of, questions_for
from rems.views.doing import attempt
from rems.views.patient.common import Own, enrollment_of, own_page, show


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ANSWER_PATIENT_SURVEYS)
@own_page
def survey(request: HttpRequest, own: Own, pk: int) -> HttpResponse:
    """The first question that is open, or the one that is asked for; after the last one, all answers to be sent."""
    enrollment = enrollment_of(own, pk)
    assigned = category_of(enrollment)
    if assigned is None:
        messages.info(request, _("There is nothing to answer yet."))
        return redirect("my:home")
    questions = questions_for(Category(assigned.category))
    given = draft_of(enrollment, at=now_of({"request": request}))
    place = _place(request, questions, given)
    if place is None:
        return _review(request, own, enrollment, questions, given)
    return _question(request, own, enrollment, questions, place, given)


def _place(request: HttpRequest, questions: tuple[Question, ...], given: dict[str, str]) -> int | None:
    """Which question comes, from 0; None: all are answered."""
    asked = request.GET.get("q", "")
    if asked.isascii() and asked.isdigit() and 1 <= int(asked[:3]) <= len(questions):
        return int(asked[:3]) - 1
    return next((at for at, question in enumerate(questions) if question.code not in given), None)


def _question(
    request: HttpRequest,
    own: Own,
    enrollment: Enrollment,
    questions: tuple[Question, ...],
    place: int,
    given: dict[str, str],
) -> HttpResponse:
    asked, here = questions[place], reverse("my:survey", args=[enrollment.pk])
    form = AnswerForm(request.POST or None)
    form.fields["answer"].label = str(QUESTIONS[asked.code].question)
    about: dict[str, Any] = {"enrollment": enrollment, "question": asked.code, "teller": own.teller, "by": own.person}
    status: int | None = 200
    if request.method == "POST":
        status = attempt(
            form, lambda key: actions.answer_question(**about, answer=form.cleaned_data["answer"], key=key)
        )
    if status is None:
        if asked.worries(form.cleaned_data["answer"]):
            messages.warning(request, _("Thank you for telling us. Your clinic and the program know it now."))
        return redirect(here)
    page = {"form": form, "enrollment": enrollment, "number": place + 1, "total": len(questions)}
    page |= {"why": QUESTIONS[asked.code].why, "before": ANSWERS.get(given.get(asked.code, ""), "")}
    page["back"] = f"{here}?q={place}" if place else reverse("my:home")
    return show(request, own, "survey", page, what="own_survey", status=status)


def _review(
    request: HttpRequest, own: Own, enrollment: Enrollment, questions: tuple[Question, ...], given: dict[str, str]
) -> HttpResponse:
    """All answers once more, and the button that sends them."""
    form, status = SendForm(request.POST or None), None
    if request.method == "POST":
        status = attempt(
            form,
            lambda key: actions.send_survey(enrollment=enrollment, teller=own.teller, by=own.person, key=key),
        )
        if status is None:
            messages.success(request, _("Sent. Thank you."))
            return redirect("my:home")
    lines = [(n, QUESTIONS[q.code].question, ANSWERS[given[q.code]]) for n, q in enumerate(questions, start=1)]
    page = {"form": form, "enrollment": enrollment, "lines": lines}
    return show(request, own, "survey_review", page, what="own_survey", status=status or 200)
