"""A form that is kept while it is not sent: by its button, or by the script when the page is left."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.policy import person_of
from rems.actions import keeping
from rems.models import Draft
from rems.queries import drafts
from rems.views.prescriber.common import now

KEEP, DROP = "keep_draft", "drop_draft"


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What is kept of one form for who fills it in. ``fields``: those that are kept, and no others."""

    request: HttpRequest
    form: str
    fields: tuple[str, ...]
    subject: str = ""

    @property
    def draft(self) -> Draft | None:
        """What was kept before."""
        return drafts.draft_of(person_of(self.request), self.form, subject=self.subject, at=now(self.request))

    def answer(self) -> HttpResponse | None:
        """The answer to keeping and dropping; None: the form was sent, or is looked at."""
        if self.request.method != "POST" or not {KEEP, DROP} & self.request.POST.keys():
            return None
        if KEEP in self.request.POST:
            self._keep()
        else:
            self.end()
            messages.success(self.request, "Dropped the draft.")
        return redirect(self.request.path)

    def _keep(self) -> None:
        typed = {name: self.request.POST.get(name, "") for name in self.fields}
        values = {name: text for name, text in typed.items() if text.strip("\0 ") and "\0" not in text}
        if not values:
            messages.info(self.request, "Nothing was typed yet, and nothing is kept.")
            return
        keeping.keep_draft(form=self.form, subject=self.subject, values=values, by=person_of(self.request))
        messages.success(self.request, "Kept as a draft, for you alone. Nothing was recorded.")

    def end(self) -> None:
        """The form was sent, or its draft is not wanted: it goes."""
        if (draft := self.draft) is not None:
            keeping.drop_draft(draft=draft, by=person_of(self.request))

    def page(self) -> dict[str, Any]:
        """What the page says of it."""
        return {"draft": self.draft, "keeps": True}


def typed_before(kept: Keeping) -> dict[str, Any]:
    """What the form begins with: the draft's texts."""
    draft = kept.draft if kept.request.method != "POST" else None
    return dict(draft.values) if draft else {}
