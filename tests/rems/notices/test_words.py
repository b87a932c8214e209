"""What leaves this system tells of nobody: every kind, by every channel, in every language, as it is sent."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from accounts.languages import Language
from accounts.models import ContactChoice
from audit import clock
from eligibility.editions import programs
from rems import relay, senders
from rems.models import Enrollment, Message, Product
from rems.models.choices import Category, Channel, NoticeKind
from rems.outbox import News, put
from tests.rems.horizon.people import reached
from tests.rems.program_cast import PROGRAM, Cast

TELLING = {
    *("pregnan", "embaraz", "test", "prueba", "positiv", "negativ", "result", "blood", "sangr", "period", "menstru"),
    *("survey", "encuesta", "contracep", "anticoncep", "category", "categor", "female", "male", "mujer", "hombre"),
    *("drug", "medic", "fármaco", "capsul", "cápsul", "pharmac", "farmac", "prescri", "receta", "dispens", "refill"),
    *("rems", "program", "enroll", "inscri", "authoriz", "autoriz", "confirm", "overdue", "vencid", "due", "lapse"),
    *("cancer", "cáncer", "myeloma", "mieloma", "oncolog", "leila", "haddad", "ruth", "abara", "p-0"),
}


def plain(text: str) -> str:
    """Small letters without accents, so that nothing hides behind one."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def forbidden() -> Iterator[str]:
    """Drugs, brands, programs, categories, kinds of notices, and words that tell."""
    yield from (plain(word) for word in TELLING)
    for product in Product.objects.all():
        yield from (plain(str(getattr(product, name))) for name in ("brand", "drug", "rxnorm", "ndc"))
    for program in programs():
        yield from (plain(program), plain(program.rpartition("-")[2]))
    for choices in (Category, NoticeKind):
        yield from (plain(word) for pair in choices.choices for word in map(str, pair))


def found_in(text: str) -> list[str]:
    return [word for word in sorted(set(forbidden())) if word and word in plain(text)]


def write(kind: NoticeKind, to: ContactChoice, enrollment: Enrollment) -> None:
    now = clock.now()
    news = News(
        kind=kind,
        step="at_once",
        subject=f"test:{to.language}",
        due_at=now,
        at=now,
        late=False,
        patient=enrollment.patient_id,
        enrollment=enrollment.pk,
        program=PROGRAM,
    )
    assert put({news: [to.person_id]}, at=now) == 1


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_no_message_tells_anything(
    leila: Enrollment,
    cast: Cast,
    kind: NoticeKind,
    language: Language,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(kind, reached(cast.ruth, text=True, mobile="+12025550143", language=language), leila)
    assert relay.run() == relay.Counts(sent=2)
    (letter,) = mail.outbox
    texted = capsys.readouterr().out
    assert letter.subject == senders.SUBJECTS[language]
    assert senders.TEXTS[language] in letter.body
    assert senders.TEXTS[language] in texted
    assert found_in(letter.subject + letter.body) == []
    assert found_in(texted.partition(":")[2]) == []
    assert found_in(" ".join(f"{name} {value}" for name, value in letter.extra_headers.items())) == []
    assert found_in(letter.from_email) == []
    assert letter.attachments == []
    assert set(Message.objects.values_list("channel", flat=True)) == set(Channel)


def test_the_search_finds_what_tells() -> None:
    for text in ("Your pregnancy test is due", "Su prueba de embarazo", "LENALIDOMIDE", "Revlimid", "P-0000012"):
        assert found_in(text) != [], text


def test_every_language_has_its_words_and_every_channel_its_sender() -> None:
    assert set(senders.SUBJECTS) == set(senders.TEXTS) == set(Language)
    assert set(settings.MESSAGE_SENDERS) | {Channel.IN_APP.value} == set(Channel.values)


def test_the_link_is_the_address_of_the_site_and_nothing_more(leila: Enrollment, cast: Cast, settings: Any) -> None:
    settings.SITE_URL = "https://gate.example.org"
    write(NoticeKind.POSITIVE_TEST, reached(cast.ruth), leila)
    relay.run()
    assert mail.outbox[0].body == "You have something to do. Open your page.\n\nhttps://gate.example.org\n"
