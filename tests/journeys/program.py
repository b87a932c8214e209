"""What the program's administrator does, page by page."""

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
