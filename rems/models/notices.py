"""What people are told of things that fall due, once each; and the messages that carry it."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from audit.constraints import not_after, not_blank, one_of
from audit.fields import person_field, program_field
from rems.models.choices import Channel, NoticeKind
from rems.models.enrollment import Enrollment


class Notice(models.Model):
    """That something falls due, at one step of the program's ladder, or happened. Made once, never changed.

    Its natural key is ``kind``, ``step``, ``subject`` and ``period``: the due instant of what it tells of,
    or the instant at which that was recorded. ``at``: the instant at which it was to be made; ``late``: it
    was made later than the ladder allows. What concerns all of a patient's enrollments names none.
    """

    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    step = models.CharField(max_length=20)
    subject = models.CharField(max_length=40)
    period = models.CharField(max_length=40)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="notices")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="notices", null=True, blank=True)
    program = program_field(blank=True, default="")
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    made_at = models.DateTimeField()
    late = models.BooleanField()

    class Meta:
        constraints = [
            one_of("kind", NoticeKind),
            not_blank("step"),
            not_blank("subject"),
            not_blank("period"),
            CheckConstraint(
                condition=Q(enrollment__isnull=True, program="") | Q(enrollment__isnull=False, program__regex=r"\S"),
                name="rems_notice_program_of_enrollment",
            ),
            not_after("at", "made_at"),
            UniqueConstraint(fields=["kind", "step", "subject", "period"], name="rems_notice_once"),
        ]
        indexes = [
            models.Index(fields=["patient", "at"], name="notice_patient"),
            models.Index(fields=["made_at"], name="notice_made"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.subject}, {self.step}"

    @property
    def is_urgent(self) -> bool:
        """Whether it waits for nobody's quiet hours."""
        return NoticeKind(self.kind).is_urgent(self.step)


class Message(models.Model):
    """A message that is to be sent: the outbox. Its natural key is notice, person and channel.

    It holds no text: what is sent is neutral and the same for all. ``tried``: how often; ``try_at``: when
    next; ``trouble``: what the last try met. One that was given up is not tried again. One on the page is
    there as soon as it is written, until it is read: ``read_at``. What waits for one person and channel
    goes together, as one letter: ``sent_with`` names the message whose reference that bore.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="messages")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    to = person_field()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    written_at = models.DateTimeField()
    try_at = models.DateTimeField()
    tried = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    sent_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="carried")

    class Meta:
        constraints = [
            one_of("channel", Channel),
            not_after("written_at", "sent_at"),
            CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True), name="rems_message_sent_or_given_up"
            ),
            CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(channel="in_app"), name="rems_message_read_on_the_page"
            ),
            not_after("written_at", "read_at"),
            UniqueConstraint(fields=["notice", "to", "channel"], name="rems_message_once"),
        ]
        indexes = [
            models.Index(
                fields=["try_at", "id"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="message_waiting",
            ),
            models.Index(
                fields=["to", "channel", "-written_at", "-id"],
                name="message_of_person",
            ),
            models.Index(fields=["to"], condition=Q(channel="in_app", read_at__isnull=True), name="message_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} to {self.to}"
