"""What a site's representative does, page by page."""

from datetime import date, timedelta

from accounts.identifiers import ncpdp_check_digit
from tests.journeys.cast import PASSWORD, with_check_digit
from tests.journeys.window import Window


def register(window: Window, name: str) -> None:
    """A site of one's own; the list of sites is open."""
    texts = {
        "Name of the site": name,
        "NCPDP Provider ID": "765432" + ncpdp_check_digit("765432"),
        "NPI": with_check_digit("176543210"),
        "Address": "4 Wharf Street",
        "City": "Portland",
        "State": "ME",
        "ZIP code": "04101",
        "Telephone": "207-555-0188",
    }
    window.fill_all(texts)
    window.select("Time zone", "Eastern: America/New_York")
    window.press("Register the site")


def take_on(window: Window, address: str) -> None:
    """Somebody who has an account; the site's page is open."""
    window.follow("Add a pharmacist")
    window.fill("E-mail", address)
    window.press("Add a pharmacist")


def record_training(window: Window, who: str, program: str) -> None:
    """Three days ago; the site's page is open."""
    window.follow(f"Record it for {who}, {program}")
    window.fill("Training completed on", _days_ago(3))
    window.press("Record the training")


def apply(window: Window, program: str) -> None:
    """The site's page is open."""
    window.follow(f"Apply for the {program}")
    window.fill("Education completed on", _days_ago(5))
    window.tick("I train every pharmacist of this site")
    window.fill("Your password", PASSWORD)
    window.press("Sign and submit")


def _days_ago(days: int) -> str:
    return (date.today() - timedelta(days=days)).isoformat()  # noqa: DTZ011 - whichever zone, it lies behind
