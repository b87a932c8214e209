"""What a pharmacist does, page by page."""

from tests.journeys.window import Window

OF_A_MALE = ("Adult male, as enrolled", "Partners and condoms", "Handling", "Taking it")
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
    ask_to_confirm(window, "Can get pregnant, as enrolled", *TICKS)


def ask_to_confirm(window: Window, *ticks: str) -> None:
    """Choose and tick all of these, and ask for the number."""
    window.tick(*ticks)
    window.press("Get confirmation number")


def confirm(window: Window) -> str:
    """The confirmation's number, once the list is ticked."""
    fill_in_checklist(window)
    window.headed("Confirmed")
    return window.number(within="section[aria-labelledby=num]")


def hand_over(window: Window) -> None:
    """To the patient, with the Medication Guide."""
    window.tick("Handed over", "Medication Guide given")
    window.press("Record hand-over")


def cancel(window: Window, why: str) -> None:
    """Give the confirmation's number back; its page is open."""
    window.follow("Not dispensed: cancel this number")
    window.fill("Why was it not dispensed?", why)
    window.press("Cancel this number")
