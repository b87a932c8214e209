"""What the tasks find beside the demonstration: two prescribers’ empty accounts, prescriptions to survey."""

import json
from typing import Any

import django


def main() -> dict[str, Any]:
    """Write it by the application's own acts; numbers and rows by what they are for."""
    from accounts.actions import create_person, set_password
    from accounts.people import person_with
    from accounts.roles import Role
    from rems.demo.accounts import DOMAIN, PASSWORD
    from rems.demo.cast import CAST
    from rems.demo.registry import site_of
    from rems.demo.subjects import demo_numbers, subject_of

    by = person_with(email=f"administrator@{DOMAIN}")
    if by is None:
        raise RuntimeError("the demonstration is not loaded")
    for key, name in (("holt", "Iris Holt"), ("tan", "Wei Tan")):
        made = create_person(email=f"{key}@{DOMAIN}", name=name, roles=[Role.PRESCRIBER], by=by)
        set_password(person=made, password=PASSWORD, by=made)
    named = {member.name: subject_of(member).enrollment for member in CAST}
    _prescribe(named[name] for name in TO_SURVEY)
    harbor = site_of("harbor").name
    ready = [
        n.number for n in demo_numbers() if n.answer == "May be dispensed" and n.site == harbor and n.number[0] == "A"
    ]
    return {"numbers": ready, "patient": named[TO_ASK].patient.number}


TO_SURVEY = ("Elena Marsh", "Dorothy Haines", "Walter Lindqvist")
"""One who can get pregnant, one who cannot, and a man; Dr. Ruiz's patients."""
TO_ASK = "Elena Marsh"


def _prescribe(enrollments: Any) -> None:
    from rems.actions.prescribing import prescribe
    from rems.queries.prescriber import category_of, products_of

    for enrollment in enrollments:
        product, assigned = products_of(enrollment.program)[0], category_of(enrollment)
        prescribe(
            enrollment=enrollment,
            items=[(product, 21)],
            days_supply=28,
            category=assigned.category if assigned else "",
            by=enrollment.prescriber.person,
        )


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main()))
