"""What a prescriber and the delegate do, page by page."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.journeys.cast import PASSWORD, with_check_digit
from tests.journeys.window import Window

ZONE = ZoneInfo("America/New_York")
PATIENT = "Mei Sato"
WORRIES = ("pregnant", "missed a period", "unusual", "taken your capsules", "donated blood")
ASSURANCES = ("two methods of contraception", "severe birth defects")


def ago(**span: float) -> datetime:
    """A moment before now, on the clocks of the program's zone."""
    return (datetime.now(tz=UTC) - timedelta(**span)).astimezone(ZONE)


def day(**span: float) -> str:
    """That moment's day, as a date field takes it."""
    return ago(**span).strftime("%Y-%m-%d")


def said(**span: float) -> str:
    """That moment's day, as pages say it."""
    then = ago(**span)
    return f"{then:%a, %b} {then.day}, {then.year}"


def enroll_oneself(window: Window) -> None:
    """The enrollment form, on the page where one comes to after signing in: data, program, signature."""
    texts = {
        "First name": "Wanda",
        "Last name": "Okafor",
        "Credential": "MD",
        "Specialty": "Hematology",
        "NPI": with_check_digit("165432109"),
        "State license or DEA number": "ME-20417",
        "Address": "22 Congress Street",
        "City": "Portland",
        "State": "ME",
        "ZIP code": "04101",
        "Telephone": "207-555-0163",
        "Fax": "207-555-0164",
    }
    window.fill_all(texts)
    window.choose("Lenalidomide REMS")
    _sign(window)
    window.press("Sign and apply")


def register_patient(window: Window) -> None:
    """Who she is."""
    window.follow("Enroll a patient")
    first, last = PATIENT.split()
    texts = {
        "First name": first,
        "Last name": last,
        "Address": "9 Pearl Street",
        "City": "Portland",
        "State": "ME",
        "ZIP code": "04101",
        "Telephone": "207-555-0117",
    }
    window.fill_all(texts)
    window.fill("Date of birth", "1988-08-21")
    window.press("Register and go on")


def begin_and_keep(window: Window) -> None:
    """Begin to register somebody, keep what was typed, and come back to it from the first page."""
    window.follow("Enroll a patient")
    window.fill("First name", "Nobody yet")
    window.press("Keep as draft")
    window.reads("Kept as a draft")
    window.follow("Due")
    window.follow("Enroll a patient", within=window.page.locator(".notice", has_text="A draft of yours"))
    window.reads("This is your draft.")
    expect(window.page.get_by_label("First name")).to_have_value("Nobody yet")
    window.follow("Due")


def answer_category_questions(window: Window) -> None:
    """An adult female without one of the three bases: she can get pregnant."""
    window.choose("Lenalidomide REMS (lenalidomide)", "Female")
    window.press("Go on")
    window.choose("None of these")
    window.press("Go on")


def sign_agreement(window: Window, *, protected_for: int) -> str:
    """What she attests, her agreement, and the prescriber's signature. The patient's number."""
    window.choose("Intrauterine device", "Male condom", "Regular")
    window.fill("Used since", day(days=protected_for))
    window.fill("Diagnosis, ICD-10", "C90.00")
    window.choose("Here, on this device: the patient types the name")
    window.fill("Signed by the patient on", day())
    window.fill("Full name, typed by the patient", PATIENT)
    window.tick("The patient has read the agreement")
    _sign(window)
    window.press("Sign and enroll")
    window.reads(PATIENT)
    return window.page.locator("h1 small").inner_text()


def fill_in_test(window: Window, collected: datetime, *, result: str = "Negative") -> None:
    """A serum test of a laboratory; the form is open."""
    window.fill("Collected on", collected.strftime("%Y-%m-%d"))
    window.fill("at", collected.strftime("%H:%M"))
    window.choose(result, "25 mIU/mL", "Serum", "Laboratory or clinic")
    window.press("Record the result")
    window.reads("Recorded the test.")


def prescribe(window: Window) -> None:
    """28 days of lenalidomide; the patient's page is open."""
    window.follow("Prescribe")
    window.fill("Product and strength", "Revlimid 10 mg")
    window.fill("Capsules", "21")
    window.fill("Days' supply", "28")
    window.choose("Adult female who can get pregnant")
    window.press("Write it down")


def fill_in_attestation(window: Window, *, protected_for: int) -> None:
    """Both methods, and since when; the form is open."""
    window.choose("Intrauterine device", "Male condom")
    window.fill("Used since", day(days=protected_for))
    window.fill("Attested by", PATIENT)
    _sign(window)
    window.press("Record the attestation")


def answer_patient_survey(window: Window) -> None:
    """Question by question, together; the form is open. All is well."""
    for words, answer in [*((w, "No") for w in WORRIES), *((w, "Yes") for w in ASSURANCES)]:
        window.answer(words, answer)
    window.fill("Answered by", PATIENT)
    window.press("Record the survey")


def record_counseling(window: Window) -> None:
    """The form is open."""
    window.choose("I counseled the patient for this prescription")
    _sign(window)
    window.press("Record the counseling")


def answer_prescriber_survey(window: Window) -> None:
    """Every tick, one by one; the form is open."""
    window.tick_all()
    _sign(window)
    window.press("Record the survey")


def correct_newest_test_to_positive(window: Window) -> None:
    """The laboratory calls: two samples were mistaken. The patient's page is open."""
    tests = window.page.locator("section[aria-labelledby=tests]")
    window.follow("Correct: Pregnancy test", within=tests)
    window.choose("Positive")
    window.fill("Why is it corrected?", "The laboratory had mistaken two samples.")
    _sign(window)
    window.press("Correct the entry")


def name_delegate(window: Window, address: str) -> None:
    """Somebody with an account of the program's may prepare and enter from now on."""
    window.follow("Delegates")
    window.fill("E-mail of the delegate", address)
    window.press("Name the delegate")


def find_patient(window: Window, text: str) -> None:
    """By name or number, in one's own list."""
    window.follow("Patients")
    window.fill("Name or patient ID", text)
    window.press("Show")


def answer_to(window: Window, number: str) -> str:
    """What the page of a patient says whose number is typed into the address."""
    window.open(f"/prescriber/patients/{number}")
    return window.text


def _sign(window: Window) -> None:
    window.fill("Your password", PASSWORD)


def follow_reason(window: Window, words: str) -> None:
    """The form that clears a reason for which there is no authorization."""
    window.follow(words, within=window.page.locator(".reasons"))


def return_to_prescription(window: Window) -> None:
    """From the patient's page to the prescription that waits for its number."""
    window.follow("20", within=window.page.locator("section[aria-labelledby=prescriptions]"))
