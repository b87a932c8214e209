"""What a pharmacist does, page by page."""

from tests.journeys.window import Window

TICKS = ("Pregnancy and contraception", "Handling", "Taking it")


def verify(window: Window, number: str) -> None:
    """Type the number into the one box, as read on the prescription."""
    window.follow("Verify")
    window.fill("Authorization or confirmation number", number)
    window.press("Verify")


def refusal_of(window: Window, number: str) -> str:
    """What the box answers to a number that is not shown."""
    verify(window, number)
    return window.page.get_by_role("alert").inner_text()


def fill_in_checklist(window: Window) -> None:
    """Compare the category, counsel, tick the checklist, and ask for the number."""
    window.page.get_by_label("Can get pregnant, as enrolled").check()
    for tick in TICKS:
        window.page.get_by_role("checkbox", name=tick).check()
    window.press("Get confirmation number")


def confirm(window: Window) -> str:
    """The confirmation's number, once the list is ticked."""
    fill_in_checklist(window)
    window.headed("Confirmed")
    return window.page.locator("section[aria-labelledby=num] .number").inner_text()


def hand_over(window: Window) -> None:
    """To the patient, with the Medication Guide."""
    window.page.get_by_role("radio", name="Handed over").check()
    window.page.get_by_role("checkbox", name="Medication Guide given").check()
    window.press("Record hand-over")
