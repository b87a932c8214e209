"""The words of the patients' pages: plain English, the same in Spanish, and no drug in either."""

import gettext
import re
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from audit import acts
from eligibility import Category
from eligibility.editions import programs
from eligibility.requirements.care import ContraceptionSufficient
from eligibility.windows import requirement
from patients.models import PatientAccount
from rems import catalogs, checklists
from rems.catalogs import BadCatalog, compiled, parse
from rems.models import Enrollment, Product
from rems.own_words import ASKS, METHODS
from rems.views import doing
from tests.rems.patient.conftest import link_of, phone_of, read, send, typed
from tests.rems.patient.words import ROOT, grade, plurals, syllables, texts
from tests.rems.program_cast import Cast, signed_in

SPANISH = ROOT / "locale/es/LC_MESSAGES/django.po"
TWELVE = 6.0
"""The grade that is read at the age of twelve."""
ELSEWHERE = {
    doing.REPEATED,
    doing.AT_ONCE,
    acts.BUSY,
    "Nothing of this can be seen. Type it anew.",
    "This holds characters that turn the direction of the writing. Type it anew.",
    "This day lies after the attestation.",
    "New here as patient?",
}
"""What the rest of the application may say to a patient, too."""


def catalog() -> dict[str, str]:
    found = parse(SPANISH.read_text(encoding="utf-8"))
    del found[""]
    return found


def test_everything_is_said_in_spanish_and_nothing_else_is() -> None:
    asked = {*texts(), *ELSEWHERE, *(f"{one}\0{many}" for one, many in plurals())}
    assert len(asked) > 120
    assert asked == set(catalog())


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    places = re.compile(r"%\(\w+\)s")
    for english, spanish in catalog().items():
        for one in spanish.split("\0"):
            assert set(places.findall(one)) == set(places.findall(english)), english


def test_what_django_loads_is_what_the_translations_say() -> None:
    made = SPANISH.with_suffix(".mo").read_bytes()
    assert made == compiled(parse(SPANISH.read_text(encoding="utf-8"))), "run manage.py compile_catalogs"
    with SPANISH.with_suffix(".mo").open("rb") as file:
        loaded = gettext.GNUTranslations(file)
    assert loaded.gettext("Go on") == "Seguir"
    assert [loaded.ngettext("%(days)s day late", "%(days)s days late", n) for n in (1, 2)] == [
        "%(days)s día tarde",
        "%(days)s días tarde",
    ]


def test_the_command_writes_what_changed_and_only_that(
    tmp_path: Path, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "locale", tmp_path / "locale")
    settings.LOCALE_PATHS = [tmp_path / "locale"]  # type: ignore[attr-defined]
    call_command("compile_catalogs")
    assert capsys.readouterr().out == "Nothing changed.\n"
    next(iter(catalogs.sources(tmp_path / "locale"))).with_suffix(".mo").unlink()
    call_command("compile_catalogs")
    assert "django.mo" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong", ['"alone"', 'msgid "a"\nmsgstr b', 'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"', 'word "a"', "msgid 7"]
)
def test_a_catalog_that_cannot_be_read_says_where(wrong: str) -> None:
    with pytest.raises(BadCatalog):
        parse(wrong)


def test_what_is_fuzzy_or_open_is_no_translation() -> None:
    text = '#, fuzzy\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr ""\n\nmsgctxt "x"\nmsgid "d"\n"e"\nmsgstr "f"\n'
    assert parse(text) == {"x\x04de": "f"}


@pytest.mark.parametrize(("word", "count"), [("capsule", 2), ("test", 1), ("medicine", 3), ("use", 1), ("a", 1)])
def test_syllables_are_counted_about_right(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_tells_plain_words_from_those_of_the_law() -> None:
    assert grade("The cat sat on the mat. It was warm.") < 1
    law = "Continuous abstinence or simultaneous utilization of two contraceptive methods is obligatory."
    assert grade(law) > 14


def test_all_of_it_is_read_at_the_age_of_twelve() -> None:
    sentences = [text for text in texts() if text.endswith((".", "?")) and "%" not in text]
    assert len(sentences) > 60
    assert grade(" ".join(sentences)) < TWELVE / 2
    hard = {text: round(grade(text), 1) for text in sentences if len(text.split()) > 4 and grade(text) > TWELVE}
    assert hard == {}
    assert max(len(part.split()) for text in sentences for part in re.split(r"[.?!]", text)) <= 20


def visible(page: str) -> str:
    """What is read on a page, each part as a sentence."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(f"{part.strip().rstrip('.?!:')}." for part in re.split(r"<[^>]+>", main) if part.strip(" \n.:>"))


def test_each_page_is_read_at_the_age_of_twelve(leila: Enrollment) -> None:
    phone = phone_of(leila)
    pages = [("home", []), ("survey", [leila.pk]), ("report", []), ("contraception", [leila.pk]), ("program", [])]
    for name, args in pages:
        assert grade(visible(read(phone, name, *args))) < TWELVE, name


@pytest.mark.parametrize(("language", "greeting"), [("en", "New here as patient?"), ("es", "¿Es su primera vez aquí?")])
def test_the_tour_greets_a_patient_in_the_language_of_the_pages(
    leila: Enrollment, language: str, greeting: str
) -> None:
    phone = phone_of(leila, language=language)
    assert greeting in read(phone, "home")
    phone.post(reverse("accounts:close_tour"), {"role": "patient"})
    assert greeting not in read(phone, "home")


@pytest.mark.django_db
def test_no_drug_is_named_in_any_language() -> None:
    drugs = {word.lower() for row in Product.objects.all() for word in (row.drug, row.brand)}
    assert len(drugs) >= 6
    said = " ".join([*texts(), *catalog().values()]).lower()
    assert not any(drug in said for drug in drugs)


@pytest.mark.parametrize("category", list(Category))
def test_what_the_program_asks_follows_the_checklist_tick_by_tick(category: Category) -> None:
    assert tuple(section.tick for section in ASKS[category]) == checklists.required_points(category)


def test_the_first_four_kinds_are_the_highly_effective_ones() -> None:
    """The page says so: one of the first four and one of the last three."""
    for editions in programs().values():
        rule = requirement(editions[-1], ContraceptionSufficient)
        assert rule is not None
        assert set(list(METHODS)[:4]) == set(rule.highly_effective)
        assert set(list(METHODS)[4:]) == set(rule.additional)


def test_a_patient_reads_spanish_and_changes_to_english(leila: Enrollment) -> None:
    phone = phone_of(leila, language="es")
    words = read(phone, "home")
    assert '<html lang="es">' in words
    assert "Hágasela a más tardar el lunes, 29 de junio." in words
    assert "Have it done" not in words
    assert "¿Está embarazada" in read(phone, "survey", leila.pk)
    assert "Elija una respuesta." in send(phone, "survey", leila.pk).content.decode()
    assert send(phone, "language", language="en").status_code == 302
    assert '<html lang="en">' in read(phone, "home")
    assert send(phone, "language", language="fr").status_code == 302
    assert PatientAccount.objects.get().language == "en"


def test_the_page_before_the_birth_date_follows_the_browser_and_the_links(leila: Enrollment) -> None:
    address = link_of(leila)
    spanish = Client(headers={"accept-language": "es-MX,es;q=0.9"}).get(address).content.decode()
    assert "Abra su página" in spanish
    assert "Open your page" in Client(headers={"accept-language": "fr"}).get(address).content.decode()
    assert "Abra su página" in Client().get(f"{address}?lang=es").content.decode()
    wrong = Client().post(address, typed(born="1991-04-02", language="es")).content.decode()
    assert "Esta no es la fecha correcta." in wrong


def test_the_language_of_the_record_is_the_first(cast: Cast, leila: Enrollment) -> None:
    leila.patient.language = "Spanish"
    leila.patient.save()
    link_of(leila)
    assert PatientAccount.objects.get().language == "es"


def test_staff_read_english_after_a_patient_read_spanish(cast: Cast, leila: Enrollment) -> None:
    read(phone_of(leila, language="es"), "home")
    page = signed_in(cast.ruth).get(reverse("prescriber:record_test", args=[leila.patient.number]))
    assert "Collected on" in page.content.decode()
    assert '<html lang="en">' in page.content.decode()
