"""What a patient does on their own pages, page by page."""

from datetime import date

from tests.journeys.window import Window

CALM = ("No", "No", "No", "Yes", "Yes", "No", "No")


def enter(window: Window, address: str, *, born: date) -> None:
    """By the link that came as a message."""
    window.open(address)
    window.fill("The patient’s date of birth", born.isoformat())
    window.tick("I am the patient")
    window.press("Go on")


def answer_survey(window: Window) -> None:
    """Question by question; all is well."""
    window.follow("Start the survey")
    for number, answer in enumerate(CALM, start=1):
        window.reads(f"Question {number} of {len(CALM)}")
        window.tick(answer)
        window.press("Next")
    window.press("Send my answers")


def attest_the_same(window: Window) -> None:
    """The birth control has not changed."""
    window.follow("My birth control")
    window.tick("Yes, nothing has changed")
    window.press("Sign and send")


def tell(window: Window, what: str) -> None:
    """Something that happened, without its day."""
    window.follow("Tell us now")
    window.tick(what)
    window.press("Send it now")
