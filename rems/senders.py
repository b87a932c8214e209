"""The port through which messages leave. One sender for each channel; no other code knows how."""

import sys
from typing import NamedTuple, Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from accounts.languages import Language

SUBJECTS = {Language.ENGLISH: "You have something to do", Language.SPANISH: "Tiene algo pendiente"}
TEXTS = {
    Language.ENGLISH: "You have something to do. Open your page.",
    Language.SPANISH: "Tiene algo pendiente. Abra su página.",
}
"""Neutral, and the same for everything: neither a name nor a drug, a result or a category leaves this system."""


class Undelivered(Exception):
    """The message was not taken. It is tried again later. The words name a kind of error, never what was sent."""


class Letter(NamedTuple):
    """What every message says in one language."""

    language: Language
    subject: str
    text: str


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


class TextOnConsole:
    """Text messages for a demonstration: one line on the console, and nothing leaves the machine."""

    def send(self, *, to: str, subject: str, text: str, reference: str) -> None:
        """See ``Sender``. A text message has no subject."""
        line = " ".join(text.split())
        sys.stdout.write(f"Text message {reference} to {to}: {line}\n")
        sys.stdout.flush()


def sender_of(channel: str) -> Sender:
    """The sender of a channel, as the settings name it. Raises Undelivered where there is none."""
    named = settings.MESSAGE_SENDERS.get(channel)
    if named is None:
        raise Undelivered("NoSender")
    sender: Sender = import_string(named)()
    return sender


def words(language: str = Language.ENGLISH.value) -> tuple[str, str]:
    """Subject and text: the same for every message, with a link where the site's address is known."""
    subject, text = SUBJECTS[Language(language)], TEXTS[Language(language)]
    return subject, f"{text}\n\n{settings.SITE_URL}\n" if settings.SITE_URL else f"{text}\n"


def letters() -> list[Letter]:
    """What leaves, in each language."""
    return [Letter(language, *words(language)) for language in Language]
