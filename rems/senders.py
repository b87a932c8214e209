"""The port through which messages leave. One sender for each channel; no other code knows how."""

from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

SUBJECT = "A task is waiting for you"
TEXT = "A task of your program is waiting for you. Sign in to see it."
"""Neutral: neither a name nor a drug, a result or a category leaves this system."""


class Undelivered(Exception):
    """The message was not taken. It is tried again later."""


class Sender(Protocol):
    """Something that takes a message to an address."""

    def send(self, *, to: str, subject: str, text: str, reference: str) -> None:
        """Hand the message over. ``reference`` is the same at each try: a receiver can tell a repeat.

        Raises Undelivered, within seconds.
        """
        ...


class ByEmail:
    """By e-mail, through Django's backend: a mail server, the console, or files."""

    def send(self, *, to: str, subject: str, text: str, reference: str) -> None:
        """See ``Sender``."""
        headers = {"Message-ID": f"<{reference}@{settings.MESSAGE_DOMAIN}>", "Auto-Submitted": "auto-generated"}
        try:
            taken = EmailMessage(subject=subject, body=text, to=[to], headers=headers).send()
        except OSError as error:  # smtplib's errors and broken connections are OSErrors
            raise Undelivered(type(error).__name__) from error
        if not taken:
            raise Undelivered("NotTaken")


def sender_of(channel: str) -> Sender:
    """The sender of a channel, as the settings name it. KeyError: there is none."""
    sender: Sender = import_string(settings.MESSAGE_SENDERS[channel])()
    return sender


def words() -> tuple[str, str]:
    """Subject and text: the same for every message, with a link where the site's address is known."""
    return SUBJECT, f"{TEXT}\n\n{settings.SITE_URL}\n" if settings.SITE_URL else f"{TEXT}\n"
