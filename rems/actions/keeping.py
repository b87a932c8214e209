"""Drafts: kept for who typed them, until the form is sent. Never a signature, an attestation or a result."""

from collections.abc import Mapping

from accounts.models import Person
from accounts.roles import Permission
from accounts.standing import must
from audit.acts import Act, act
from rems.models import Draft
from rems.models.drafts import KEPT_FOR

MOST = 500
"""Characters of one field that are kept."""
FORMS = {
    "patient": Permission.ENROLL_PATIENTS,
    "own_data": Permission.APPLY_AS_PRESCRIBER,
    "prescription": Permission.PREPARE_PRESCRIPTIONS,
}
"""The forms that are kept, and who may fill them in."""


@act("rems.keep_draft")
def keep_draft(
    frame: Act, *, form: str, subject: str = "", values: Mapping[str, str], by: Person, key: str | None = None
) -> Draft:
    """Keep what was typed, in place of an older draft of the same form.

    The trail says that it was kept, not what stands in it. KeyError for a form of which none is kept.
    """
    must(by, FORMS[form])
    kept, _ = Draft.objects.update_or_create(
        person=by,
        form=form,
        subject=subject,
        defaults={"values": {name: text[:MOST] for name, text in values.items()}, "kept_at": frame.at},
    )
    frame.record(kept, details={"form": form, "subject": subject})
    return kept


@act("rems.drop_draft")
def drop_draft(frame: Act, *, draft: Draft, by: Person, key: str | None = None) -> None:
    """Take away a draft of one's own: it was sent, or is not wanted any more. PermissionError for another's."""
    must(by, FORMS[draft.form])
    if draft.person_id != by.pk:
        raise PermissionError("a draft is its writer's alone")
    frame.record(draft, details={"form": draft.form, "subject": draft.subject})
    Draft.objects.filter(pk=draft.pk).delete()


@act("rems.forget_drafts")
def forget_old_drafts(frame: Act, *, by: Person, key: str | None = None) -> int:
    """Take away what was kept longer than drafts are, whosever it is; nobody is shown it any more. How many went."""
    must(by, Permission.RUN_JOBS)
    many, _ = Draft.objects.filter(kept_at__lt=frame.at - KEPT_FOR).delete()
    frame.record(None, details={"drafts": many})
    return many
