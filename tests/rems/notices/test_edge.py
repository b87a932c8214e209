"""At the edge of a channel: what a sender does to the outbox when it fails, breaks, dies, or is asked by several."""

import os
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail

from accounts.models import Person
from rems import relay, senders
from rems.models import Enrollment, Message
from rems.models.choices import Channel
from rems.services import places
from tests.database import Laid
from tests.rems.horizon.people import new_york, reached, treated
from tests.rems.horizons import renewed
from tests.rems.notices.people import Refusing, passed, sent
from tests.rems.program_cast import Cast

NIGHT, MORNING = new_york(6, 22), new_york(6, 22, 7)
MINUTE = timedelta(minutes=1)
MOBILE = "+12025550143"


class Breaking:
    """A sender with a mistake in it, whose error holds what it was to send."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def send(self, **_: str) -> None:
        raise self.error


def with_sender(patch: pytest.MonkeyPatch, channel: str, sender: Any) -> None:
    """This channel's sender is another one; the others stay."""
    plain = senders.sender_of
    patch.setattr(senders, "sender_of", lambda asked: sender if asked == channel else plain(asked))


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (senders.Undelivered("SMTPServerDisconnected"), "SMTPServerDisconnected"),
        (senders.Undelivered("550 5.1.1 <ruth@localhost> unknown"), "Undelivered"),
        (ValueError("Leila Haddad, lenalidomide"), "ValueError"),
    ],
    ids=["a named error", "a sentence", "a mistake"],
)
def test_of_an_error_its_kind_is_kept_and_not_what_it_says(
    leila: Enrollment, monkeypatch: pytest.MonkeyPatch, error: Exception, kept: str
) -> None:
    passed(NIGHT)
    with_sender(monkeypatch, "email", Breaking(error))
    assert sent(MORNING) == relay.Counts(failed=1)
    message = Message.objects.get(channel=Channel.EMAIL)
    assert (message.trouble, message.tried, message.try_at) == (kept, 1, MORNING + MINUTE)


def test_a_channel_that_fails_holds_up_no_other(
    leila: Enrollment, cast: Cast, dee: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reached(cast.ruth, text=True, mobile=MOBILE)
    passed(NIGHT)
    with_sender(monkeypatch, "email", Refusing())
    assert sent(MORNING) == relay.Counts(sent=1, failed=2)
    assert capsys.readouterr().out.startswith("Text message")


def test_a_channel_without_a_sender_is_tried_again(leila: Enrollment, cast: Cast, settings: Any) -> None:
    reached(cast.ruth, email=False, text=True, mobile=MOBILE)
    settings.MESSAGE_SENDERS = {"email": "rems.senders.ByEmail"}
    passed(NIGHT)
    assert sent(MORNING) == relay.Counts(failed=1)
    assert Message.objects.get(channel=Channel.TEXT).trouble == "NoSender"


def test_a_job_whose_time_is_up_leaves_the_message_as_it_was(
    leila: Enrollment, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed(NIGHT)
    with monkeypatch.context() as patch:
        with_sender(patch, "email", Breaking(SoftTimeLimitExceeded()))
        with pytest.raises(SoftTimeLimitExceeded):
            sent(MORNING)
    assert Message.objects.get(channel=Channel.EMAIL).tried == 0
    assert sent(MORNING) == relay.Counts(sent=1)


RELAY = """
    import os, signal, sys
    import django
    django.setup()
    from rems import relay, senders

    class Dying(senders.ByEmail):
        def send(self, **words):
            super().send(**words)
            os.kill(os.getpid(), signal.SIGKILL)

    if sys.argv[1] == "dies":
        senders.sender_of = lambda channel: Dying()
    print(relay.run())
"""


def run_relay(how: str, laid: Laid, letters: Path) -> subprocess.CompletedProcess[str]:
    """A relay in a process of its own, at seven in the morning."""
    environment = {
        **os.environ,
        "REMS_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "rems.settings",
        "REMS_CLOCK": MORNING.isoformat(),
        "DATABASE_URL": laid.addresses.app,
        "TRAIL_DATABASE_URL": laid.addresses.reader,
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(letters),
    }
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(RELAY), how],
        cwd=places.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_relay_killed_between_sending_and_marking_sends_once_more_with_the_same_reference(
    committed_db: Laid, cast: Cast, tmp_path: Path
) -> None:
    """At least once at the edge: what is sent twice carries one Message-ID, and nothing is lost."""
    treated("Leila Haddad", cast, days_ago=1)
    renewed()
    passed(NIGHT)
    letters = tmp_path / "letters"
    assert run_relay("dies", committed_db, letters).returncode == -9
    message = Message.objects.get(channel=Channel.EMAIL)
    assert (message.tried, message.sent_at) == (0, None)
    again = run_relay("lives", committed_db, letters)
    assert "sent=1" in again.stdout, again.stderr
    message.refresh_from_db()
    assert (message.tried, message.sent_at) == (1, MORNING)
    handed = "".join(path.read_text() for path in letters.iterdir())
    assert handed.count(f"Message-ID: <message-{message.pk}@localhost>") == 2
    assert handed.count("Message-ID:") == 2


def test_relays_at_one_instant_send_by_every_channel_once(
    committed_db: object, cast: Cast, together: Callable[..., list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    reached(cast.ruth, text=True, mobile=MOBILE, quiet_from=None, quiet_until=None)
    for name in ("Ada Vogel", "Bea Vogel", "Cleo Vogel"):
        treated(name, cast, days_ago=1)
    renewed()
    passed(new_york(7, 2, 12))
    ran = together([lambda: sent(new_york(7, 2, 12))] * 4)
    assert [counts for counts in ran if not isinstance(counts, relay.Counts)] == []
    out = Message.objects.exclude(channel=Channel.IN_APP)
    assert sum(counts.sent for counts in ran) == out.count() > 20
    assert not out.filter(sent_at__isnull=True).exists()
    texted = Counter(line.split()[2] for line in capsys.readouterr().out.splitlines())
    mailed = Counter(letter.extra_headers["Message-ID"].strip("<>").partition("@")[0] for letter in mail.outbox)
    own = out.filter(sent_with__isnull=True).values_list("pk", flat=True)
    assert texted + mailed == Counter({f"message-{pk}": 1 for pk in own})


def test_while_one_relay_holds_a_message_another_takes_the_next(
    committed_db: object, cast: Cast, dee: Person, monkeypatch: pytest.MonkeyPatch, together: Callable[..., list[Any]]
) -> None:
    """The second relay begins while the first one is sending: it takes the other letter, and neither twice."""
    treated("Ada Vogel", cast, days_ago=1)
    renewed()
    passed(NIGHT)
    both = Barrier(2, timeout=20)

    class Meeting(senders.ByEmail):
        def send(self, **words: str) -> None:
            both.wait()
            super().send(**words)

    with_sender(monkeypatch, "email", Meeting())
    ran = together([lambda: sent(MORNING)] * 2)
    assert [counts.sent for counts in ran] == [1, 1]
    assert sorted(letter.to for letter in mail.outbox) == [[dee.email], ["ruth@localhost"]]
