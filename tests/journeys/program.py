"""What the program's administrator does, page by page."""

from datetime import date, datetime, timedelta

from tests.journeys.cast import PASSWORD
from tests.journeys.window import Window


def approve(window: Window, applicant: str) -> None:
    """Read the application and approve it."""
    window.follow("Applications")
    window.follow(f"Open the application of {applicant}")
    window.press("Approve")


def audit(window: Window, *, person: str = "", patient: str = "", action: str = "", kind: str = "") -> list[str]:
    """The audit list, which is open, narrowed so, oldest first: "Wanda Okafor: Enrolled a patient"."""
    window.fill("Person", person)
    window.fill("Patient", patient)
    window.select("Action", action or "All actions")
    window.select("Kind", kind or "Acts, views, denials")
    window.press("Show")
    rows = window.page.locator("main tbody tr")
    names = rows.locator("td[data-label=Who]").all_inner_texts()
    deeds = rows.locator("th").all_inner_texts()
    lines = [f"{name.splitlines()[0]}: {deed.splitlines()[0]}" for name, deed in zip(names, deeds, strict=True)]
    return lines[::-1]


def acknowledge(window: Window, patient: str) -> None:
    """What is overdue about somebody stays quiet for some days."""
    window.follow("Overdue")
    window.follow(f"Note about {patient}")
    window.tick("Acknowledge")
    window.fill("Quiet until", (date.today() + timedelta(days=5)).isoformat())  # noqa: DTZ011 - any of the next days
    window.fill("Why", "The laboratory has the sample.")
    window.press("Record")


def sign_off_deviation(window: Window, patient: str) -> None:
    """Plan what is to be done, then close it."""
    window.follow("Decisions")
    window.follow("Deviations")
    window.follow("Open", within=window.page.locator("main tr", has_text=patient).last)
    window.unfold("Plan a corrective action")
    window.fill("What is to be done", "Call the patient the evening before.")
    window.fill("By whom", "The site")
    window.fill("Due by", (date.today() + timedelta(days=9)).isoformat())  # noqa: DTZ011 - any of the next days
    window.press("Plan")
    window.reads("Planned.")
    window.unfold("Sign it off")
    form = window.page.locator("main form").last
    window.hand.check(form.get_by_role("radio").first)
    window.fill("Findings", "The site has changed its list.")
    window.fill("Your password", PASSWORD)
    window.press("Sign it off")


def look_at_figures(window: Window) -> None:
    """From a plot to the list that it counts."""
    window.follow("Figures")
    window.headed("Figures")
    window.follow("", within=window.page.locator("main figure svg"))


def review(window: Window, *, until: datetime) -> None:
    """The hour before a moment."""
    window.follow("Audit")
    window.follow("Reviews")
    window.fill("From", f"{until - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    window.fill("To, not included", f"{until:%Y-%m-%dT%H:%M}")
    window.press("Look at the period")
    window.fill("Findings", "None.")
    window.fill("Your password", PASSWORD)
    window.press("Sign the review")
