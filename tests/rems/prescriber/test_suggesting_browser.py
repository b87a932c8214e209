"""The list that suggests while one types, in a real browser: what is taken, and what never is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from playwright.sync_api import Browser, Page, expect

from eligibility.editions import programs
from rems.forms.suggesting import CHOSEN, ONE, WORD, ProductField, SuggestingInput
from rems.models.enrollment import ICD_10
from rems.queries.prescriber import products_of
from tests.rems.prescriber.conftest import Practice
from tests.rems.prescriber.test_browser import sign_in
from tests.rems.program_cast import NOW, PROGRAM
from tests.rems.test_frame_browser import sound

pytestmark = pytest.mark.browser
SCRIPT = Path(configured.BASE_DIR) / "static" / "suggest.js"
FREE = SuggestingInput([("Hematology", ""), ("Hematology and oncology", ""), ("Medical oncology", "")])
CODES = SuggestingInput(
    [("C90.00", "Multiple myeloma not having achieved remission"), ("C90.01", "Multiple myeloma in remission")],
    takes=WORD,
    stands=ICD_10,
)
KEYS = {"Tab", "Shift+Tab", "Enter", "Escape", "Backspace", "ArrowDown", "ArrowUp"}
PRODUCTS = SuggestingInput([("Revlimid 2.5 mg", "lenalidomide"), ("Revlimid 10 mg", "lenalidomide")], takes=ONE)


@pytest.fixture
def typing(browser: Browser) -> Iterator[Page]:
    """Three fields as the forms print them, and a form that counts how often it was sent."""
    fields = [("free", "Specialty", FREE), ("code", "Diagnosis", CODES), ("product", "Product", PRODUCTS)]
    rows = "".join(
        f'<div class="field"><label for="{name}">{words}</label>{widget.render(name, "", {"id": name})}</div>'
        for name, words, widget in fields
    )
    page = browser.new_page()
    page.set_content(f"<main><form>{rows}<button>Send</button></form></main>")
    page.evaluate("""() => { window.sent = 0; document.forms[0].addEventListener("submit",
        (event) => { event.preventDefault(); window.sent += 1; }); }""")
    page.add_script_tag(path=SCRIPT)
    yield page
    page.close()


@pytest.mark.parametrize(
    ("field", "keys", "stands"),
    [
        ("free", ["hem", "Tab"], "Hematology"),
        ("free", ["HEM", "Tab"], "Hematology"),
        ("free", ["hematology", "Tab"], "Hematology"),
        ("free", ["hematology a", "Tab"], "Hematology and oncology"),
        ("free", ["Tab"], ""),
        ("free", ["hem", "Backspace", "Backspace", "Backspace", "Tab"], ""),
        ("free", ["Oncology", "Tab"], "Oncology"),
        ("free", ["Surgery", "Tab"], "Surgery"),
        ("free", ["Hem", "Escape", "Tab"], "Hem"),
        ("free", ["Hem", "Shift+Tab"], "Hem"),
        ("free", ["hem", "ArrowDown", "Tab"], "Hematology and oncology"),
        ("free", ["hem", "ArrowUp", "Tab"], "Hematology and oncology"),
        ("free", ["oncology", "ArrowDown", "Enter"], "Hematology and oncology"),
        ("free", ["ArrowDown", "ArrowDown", "Enter"], "Hematology and oncology"),
        ("free", ["ArrowUp", "Enter"], "Medical oncology"),
        ("code", ["myel", "Tab"], "C90.00"),
        ("code", ["rem my", "Tab"], "C90.00"),
        ("code", ["c90.01", "Tab"], "C90.01"),
        ("code", ["c9", "Tab"], "C90.00"),
        ("code", ["C90.0", "Tab"], "C90.0"),
        ("code", ["C90", "Tab"], "C90"),
        ("code", ["D46.C", "Tab"], "D46.C"),
        ("product", ["10", "Tab"], "Revlimid 10 mg"),
        ("product", ["rev 10", "Enter"], "Revlimid 10 mg"),
        ("product", ["5", "Tab"], "5"),
        ("product", ["rev", "Tab"], "rev"),
        ("product", ["rev", "ArrowDown", "ArrowDown", "Tab"], "Revlimid 10 mg"),
    ],
)
def test_what_is_taken_was_typed_for_or_chosen(typing: Page, field: str, keys: list[str], stands: str) -> None:
    typing.locator(f"#{field}").focus()
    for key in keys:
        if key in KEYS:
            typing.keyboard.press(key)
        else:
            typing.keyboard.type(key)
    expect(typing.locator(f"#{field}")).to_have_value(stands)


@pytest.fixture
def products(browser: Browser) -> Iterator[Page]:
    """A field for each program's products, as they are on record, and another after them."""
    boxes = "".join(
        field.widget.render(program, "", {"id": program})
        for program in programs()
        for field in [ProductField(products_of(program), label="Product and strength")]
    )
    page = browser.new_page()
    page.set_content(f"<main><form>{boxes}<input></form></main>")
    page.add_script_tag(path=SCRIPT)
    yield page
    page.close()


L, P, T = "us-lenalidomide", "us-pomalidomide", "us-thalidomide"


@pytest.mark.django_db(transaction=True)
def test_no_other_strength_is_entered_than_the_one_typed(products: Page) -> None:
    typed = {
        (P, "2"): "Pomalyst 2 mg", (P, "2 mg"): "Pomalyst 2 mg", (P, "pom 2"): "Pomalyst 2 mg",
        (P, "1"): "Pomalyst 1 mg",
        (P, "pomalidomide 4"): "Pomalyst 4 mg", (P, "21"): "", (P, "capsules"): "", (P, "pom"): "", (P, "mg"): "",
        (L, "rev 10"): "Revlimid 10 mg", (L, "5"): "Revlimid 5 mg", (L, "Revlimid 5"): "Revlimid 5 mg",
        (L, "2.5"): "Revlimid 2.5 mg", (L, "2"): "", (L, "2."): "", (L, "2,5"): "", (L, "Revlimid 2"): "",
        (L, "revlimid 1"): "", (L, "28"): "", (L, "21"): "", (L, "bottle"): "",
        (T, "2"): "", (T, "28"): "", (T, "thalomid 1"): "", (T, "50"): "Thalomid 50 mg",
        (T, "200 mg"): "Thalomid 200 mg",
    }  # fmt: skip
    taken = {}
    for program, keys in typed:
        box = products.locator(f"#{program}")
        box.fill("")
        box.press_sequentially(keys)
        box.press("Tab")
        value = box.input_value()
        taken[program, keys] = "" if value == keys else value
        said = box.locator("xpath=following-sibling::p[1]").text_content()
        assert said == (f"Entered: {value}." if value != keys else ""), keys
    assert taken == typed


@pytest.mark.django_db(transaction=True)
def test_a_number_that_may_become_another_is_shown_its_strengths_and_the_package(products: Page) -> None:
    products.locator(f"#{L}").press_sequentially("2")
    package = {"2.5": "28", "20": "21", "25": "21"}
    expect(products.get_by_role("option")).to_have_text(
        [f"Revlimid {mg} mg lenalidomide, {many} capsules in a bottle" for mg, many in package.items()]
    )
    expect(products.locator("[aria-selected=true]")).to_have_count(0)


def test_enter_takes_first_and_sends_then(typing: Page) -> None:
    typing.locator("#free").focus()
    typing.keyboard.type("hem")
    typing.keyboard.press("Enter")
    assert typing.evaluate("sent") == 0
    typing.keyboard.press("Enter")
    assert typing.evaluate("sent") == 1
    typing.locator("#free").fill("Hematology")
    typing.keyboard.press("Enter")
    assert typing.evaluate("sent") == 2, "what is there already need not be taken"


def test_what_stands_there_already_is_offered_no_more(typing: Page) -> None:
    field, listed = typing.locator("#free"), typing.get_by_role("listbox", name="Suggestions")
    field.press_sequentially("Hematolog")
    expect(listed).to_be_visible()
    field.press("y")
    expect(listed).to_be_hidden()
    field.press("ArrowDown")
    expect(listed).to_be_visible()


def test_the_list_says_what_it_is_and_what_is_marked(typing: Page) -> None:
    field = typing.get_by_role("combobox", name="Specialty")
    listed = typing.get_by_role("listbox", name="Suggestions")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("hem")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(listed.get_by_role("option")).to_have_text(["Hematology", "Hematology and oncology"])
    marked = typing.locator(f"#{field.get_attribute('aria-activedescendant')}")
    expect(marked).to_have_attribute("aria-selected", "true")
    expect(marked).to_have_text("Hematology")
    field.press("Escape")
    expect(listed).to_be_hidden()
    expect(field).not_to_have_attribute("aria-activedescendant", "free_option_0")


def test_a_click_opens_and_takes_and_leaving_takes_nothing(typing: Page) -> None:
    field = typing.locator("#free")
    field.click()
    typing.get_by_role("option", name="Medical oncology").click()
    expect(field).to_have_value("Medical oncology")
    expect(field).to_be_focused()
    field.fill("hem")
    typing.locator("#code").click()
    expect(field).to_have_value("hem")
    expect(typing.get_by_role("listbox", name="Suggestions")).to_be_hidden()


@pytest.mark.django_db(transaction=True)
def test_on_the_pages_it_works_under_their_policy_and_axe_finds_nothing(
    page: Page, live_server: Any, practice: Practice, settings: Any
) -> None:
    settings.REMS_CLOCK = NOW
    sign_in(page, live_server, practice.ruth)
    page.goto(f"/prescriber/patients/{practice.ivan.patient.number}/{PROGRAM}/prescribe")
    page.get_by_label("Product and strength").press_sequentially("10")
    sound(page)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Product and strength")).to_have_value("Revlimid 10 mg")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "label"), [("contraception", "Attested by"), (f"{PROGRAM}/survey", "Answered by")])
def test_who_attested_or_answered_stays_as_typed_until_somebody_is_chosen(
    page: Page, live_server: Any, practice: Practice, settings: Any, path: str, label: str
) -> None:
    settings.REMS_CLOCK = NOW
    sign_in(page, live_server, practice.ruth)
    page.goto(f"/prescriber/patients/{practice.dana.patient.number}/{path}")
    field = page.get_by_label(label)
    field.press_sequentially("Dan")
    expect(page.get_by_role("option", name="Dana Whitfield")).to_be_visible()
    page.keyboard.press("Tab")
    expect(field).to_have_value("Dan")
    field.press("ArrowDown")
    field.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(field).to_have_value("Dana Whitfield")
    expect(page.get_by_text("Entered: Dana Whitfield.")).to_be_visible()


def test_without_scripts_the_browsers_own_list_is_there() -> None:
    field = FREE.render("free", "", {"id": "free"})
    assert 'list="free_list"' in field
    assert '<datalist id="free_list"><option value="Hematology">' in field


STREET = {
    "value": "22 Congress St",
    "beside": "Albany, NY 12207",
    "fills": {"city": "Albany", "state": "NY", "phone": "5185550163"},
}


@pytest.fixture
def asking(browser: Browser) -> Iterator[Page]:
    """A street that asks for practices, beside a city, a state and a telephone."""
    street = SuggestingInput(takes=CHOSEN, source="/practices").render("street", "", {"id": "street"})
    others = "".join(
        f'<label for="{n}">{n.title()}</label><input id="{n}" name="{n}">' for n in ("city", "state", "phone")
    )
    body = f'<form><div class="field"><label for="street">Address</label>{street}</div>{others}</form>'
    page = browser.new_page()
    page.route("**/practices?q=*", lambda route: route.fulfill(json={"found": [STREET]}))
    page.route("http://gate.test/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("http://gate.test/")
    page.add_script_tag(path=SCRIPT)
    yield page
    page.close()


def test_a_chosen_practice_fills_what_is_empty_and_says_so(asking: Page) -> None:
    asking.locator("#state").fill("ME")
    asking.locator("#street").press_sequentially("22 c")
    expect(asking.get_by_role("option")).to_have_text("22 Congress St Albany, NY 12207")
    asking.keyboard.press("ArrowDown")
    asking.keyboard.press("Tab")
    values = asking.evaluate("[...document.forms[0].elements].map((field) => field.value)")
    assert values == ["22 Congress St", "Albany", "ME", "5185550163"]
    expect(asking.get_by_role("status")).to_have_text(
        "Entered: 22 Congress St. Also filled in: City, Phone. Change what differs."
    )


def test_a_street_that_is_typed_to_its_end_fills_nothing_of_another_town(asking: Page) -> None:
    asking.locator("#street").press_sequentially("22 congress st")
    expect(asking.get_by_role("option")).to_be_visible()
    asking.keyboard.press("Tab")
    values = asking.evaluate("[...document.forms[0].elements].map((field) => field.value)")
    assert values == ["22 congress st", "", "", ""]
