"""Changes that change no answer, each with its reason. They are not tried, and one that no longer occurs is said."""

NO_MOMENT = "what has no moment has not happened, so asking for one first changes nothing"
ISSUED = "a number that is there was issued"
EVERY_KIND = "an edition in force names every kind of requirement"
CONFIRMED = "the confirmation's own finding ends at the same instant"
NAMED = "which test, or which moment, a sentence names"

CERTIFIED = "holder.certified is None or not case.happened(holder.certified)"
DEACTIVATED = "holder.deactivated is None or not case.happened(holder.deactivated)"
LAPSED = "lapses is not None and (case.at > lapses or lapses <= closes)"
ORDER = "authorization and authorization.issued and case.before(number.issued, authorization.issued)"

EQUIVALENT = {
    ("standing.py", CERTIFIED, "not case.happened(holder.certified)"): NO_MOMENT,
    ("standing.py", DEACTIVATED, "not case.happened(holder.deactivated)"): NO_MOMENT,
    ("confirmation.py", "number is None or number.issued is None", "number is None"): ISSUED,
    ("confirmation.py", ORDER, "authorization and case.before(number.issued, authorization.issued)"): ISSUED,
    ("confirmation.py", "lapses is not None and case.at > lapses", "case.at > lapses"): EVERY_KIND,
    ("authorization.py", LAPSED, "case.at > lapses or lapses <= closes"): EVERY_KIND,
    (
        "testing.py",
        "calendar is None or newest is None or (not calendar.applies(case))",
        "newest is None or not calendar.applies(case)",
    ): EVERY_KIND,
    ("authorization.py", "case.at > lapses or lapses <= closes", "case.at > lapses"): CONFIRMED,
    ("authorization.py", "lapses <= closes", "lapses < closes"): CONFIRMED,
    (
        "care.py",
        "six_monthly or last is None or last.date is None or case.before(last.date, completed)",
        "six_monthly or last is None or case.before(last.date, completed)",
    ): "a dispensing without its day was answered above",
    ("testing.py", "span and span[0] > case.at", "span[0] > case.at"): "the slots that say when they open have a span",
    ("testing.py", "span[0] > case.at", "span[0] >= case.at"): "a test that fits now has filled the slot",
    (
        "confirmation.py",
        "None if isinstance(state, bool) else state",
        "None if not isinstance(state, bool) else state",
    ): (NAMED),
}
