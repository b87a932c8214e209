"""The five published tasks, done by a scripted hand on the demonstration, beside their published times.

Times of today's portals: Ther Innov Regul Sci 2020;54:318. Each task is done once, in a real Chromium,
by the pages and the rules of the gate as they are; nothing is written past them. Before a task begins
its person is signed in, the first page is open and the papers lie ready. What is counted and what is
not stands in ``benchmarks._hand``. The goal: each under half of the published time, and the five
confirmations, scanned, under 35 s. A goal that is missed is printed as missed.

One help that people have is not counted, as this browser shows it not: its own memory of the
prescriber's address and telephone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from accounts.identifiers import npi_check_digit
from benchmarks._demonstration import Served, served
from benchmarks._hand import COUNTER, Hand, Tally
from tests.browsing import QUIET, find_chromium

PASSWORD = "try-the-gate-now"  # noqa: S105 - the demonstration's, printed on its sign-in page
HALF = 0.5


@dataclass(frozen=True)
class Task:
    """One task: what it is called, minutes as published, whose it is, where it begins, and how it is done."""

    name: str
    published: float
    done: Callable[[Hand, Served], None]
    account: str = "prescriber"
    begins: str = "/prescriber/"
    goal: float = 0.0

    @property
    def limit(self) -> float:
        """The goal in seconds: half of what was published, or less."""
        return self.goal or self.published * 60 * HALF


def signs(hand: Hand) -> None:
    """The password; the name is the account's."""
    hand.answers("Your password", PASSWORD)
    hand.ends()


def enroll_a_prescriber(hand: Hand, served: Served) -> None:
    """The whole form, at a practice that the program does not know; the program decides on it later.

    As the form says, the ZIP code gives the state, and four digits of the fax the rest of its number.
    """
    _identity(hand, "165432109")
    hand.answers("Address", "22 Congress St")
    hand.part("City", "Albany")
    hand.part("ZIP code", "12207")
    hand.answers("Telephone", "5185550163")
    hand.answers("Fax", "0164")
    _apply(hand)


def enroll_at_a_known_practice(hand: Hand, served: Served) -> None:
    """The same at the practice of one colleague, whose street comes up and fills the rest of its postal address."""
    _identity(hand, "165432208")
    hand.answers("Address", "88 b")
    hand.awaits("option", "^88 Bergen Street")
    hand.looks()
    hand.presses("ArrowDown")
    hand.answers("Telephone", "9735550117")
    hand.answers("Fax", "0164")
    _apply(hand)


def _identity(hand: Hand, nine: str) -> None:
    """Who it is. The first letter marks credential and specialty in their lists; Tab takes them."""
    hand.answers("Credential", "m")
    hand.answers("Specialty", "h")
    hand.answers("NPI", nine + npi_check_digit(nine))
    hand.answers("State license", "ny-20417")


def _apply(hand: Hand) -> None:
    hand.answers("Lenalidomide REMS")
    signs(hand)
    hand.reads("Certification")
    hand.sees("Applied. The program decides")


def enroll_a_man(hand: Hand, served: Served) -> None:
    """Register him, answer what the category asks, sign the agreement together."""
    hand.clicks("link", "^Enroll a patient")
    hand.answers("First name", "Harold")
    hand.part("Last name", "Finch")
    hand.answers("Date of birth", "03141957")
    hand.answers("Address", "9 Pearl Street")
    hand.part("City", "New York")
    hand.part("ZIP code", "10016")
    hand.answers("Telephone", "2125550117")
    hand.ends()
    hand.reads("Enroll a patient")
    hand.answers("Lenalidomide REMS")
    hand.answers("Male")
    hand.ends()
    hand.answers("Diagnosis", "mye")
    hand.answers("Here, on this device")
    hand.answers("Signed by the patient on", keys=("t",))
    hand.answers("Full name, typed by the patient", "Harold Finch")
    hand.answers("The patient has read the agreement")
    signs(hand)
    hand.sees("Enrolled.")


def answer_three_surveys(hand: Hand, served: Served) -> None:
    """Three prescriptions wait for the prescriber's survey."""
    for name in ("Elena Marsh", "Dorothy Haines", "Walter Lindqvist"):
        hand.clicks("link", f"^Survey.*{name}")
        hand.looks()
        for key in TICKS[name]:
            hand.answers_by(key)
        signs(hand)
        hand.sees("Recorded the survey.")
        hand.clicks("link", "^Due")


TICKS = {"Elena Marsh": "12345", "Dorothy Haines": "12", "Walter Lindqvist": "123"}
"""The keys of what is attested in the survey of each: who can get pregnant, who cannot, a man."""


def ask_a_patient(hand: Hand, served: Served) -> None:
    """The survey of one who can get pregnant, answered together; it begins on her page."""
    hand.clicks("link", "^Patient survey")
    for words, answer in ANSWERS:
        hand.chooses(words, answer)
    hand.answers("Answered by", "Elena Marsh")
    hand.ends()
    hand.sees("Recorded the survey.")


ANSWERS = (
    ("Are you pregnant", "No"),
    ("Have you missed a period", "No"),
    ("Have you had bleeding", "No"),
    ("Have you used two methods", "Yes"),
    ("Do you know that the medicine", "Yes"),
    ("Has anyone else taken", "No"),
    ("Have you donated blood", "No"),
)


def confirm_five(hand: Hand, served: Served) -> None:
    """Five prescriptions of a pile, in the queue; each number is scanned."""
    for number in served.prepared["numbers"][:5]:
        hand.scans(number.replace(" ", ""))
        confirm(hand)


def confirm(hand: Hand) -> None:
    """The verdict and whose it is, the category; then the checklist of one conversation."""
    hand.reads("May be dispensed")
    hand.looks()
    hand.presses("1")
    hand.looks()
    for tick in "345":
        hand.presses(tick)
    hand.ends()
    hand.sees("Confirmed:")


def confirm_five_typed(hand: Hand, served: Served) -> None:
    """The same where no scanner is: each number is typed."""
    for number in served.prepared["numbers"][5:10]:
        hand.types(number.replace(" ", ""))
        hand.ends()
        confirm(hand)


TASKS = (
    Task("enroll a prescriber", 1.3, enroll_a_prescriber, account="holt", begins="/"),
    Task("the same, at a known practice", 1.3, enroll_at_a_known_practice, account="tan", begins="/"),
    Task("enroll an adult male patient", 6.7, enroll_a_man),
    Task("three prescriber surveys", 3.1, answer_three_surveys),
    Task("one patient survey", 1.3, ask_a_patient, begins="/prescriber/patients/{patient}"),
    Task("five confirmations, scanned", 1.7, confirm_five, account="pharmacist", begins="/pharmacy/queue", goal=35),
    Task("five confirmations, typed", 1.7, confirm_five_typed, account="pharmacist", begins="/pharmacy/queue"),
)


def run() -> dict[str, str]:
    """The table: seconds by the model, as a share of the published time, and what was counted."""
    path = find_chromium()
    if path is None:
        return {"left out": "no Chromium found"}
    table: dict[str, str] = {}
    with served() as demonstration, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        for task in TASKS:
            tally = measured(task, browser, demonstration)
            table[f"{task.name} (published {task.published * 60:.0f} s, goal {task.limit:.0f} s)"] = said(task, tally)
            table[f"  {tally}"] = f"{tally.strict:.1f} s with an M for every field"
        browser.close()
    return table


def said(task: Task, tally: Tally) -> str:
    """Seconds, the ratio, and whether the goal is met."""
    met = "met" if tally.seconds < task.limit else "missed"
    return f"{tally.seconds:.1f} s = {tally.seconds / task.published / 60:.2f}, {met}"


def measured(task: Task, browser: Browser, demonstration: Served) -> Tally:
    """Do the task once."""
    with signed_in(browser, task, demonstration) as page:
        hand = Hand(page)
        task.done(hand, demonstration)
        return hand.done()


@contextmanager
def signed_in(browser: Browser, task: Task, demonstration: Served) -> Iterator[Page]:
    """A window of the task's person, at the page where it begins. Nothing of this is counted."""
    context = browser.new_context(
        base_url=demonstration.address, viewport={"width": 1280, "height": 900}, locale="en-US"
    )
    context.set_default_timeout(10_000)
    context.add_init_script(COUNTER)
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(f"{task.account}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").first.click()
    page.wait_for_url(lambda where: "/sign-in" not in where)
    page.goto(task.begins.format(**demonstration.prepared))
    yield page
    context.close()
