"""What an action of the trail is called for people: ``patients.record_test`` is "Recorded a test"."""

from audit import acts

WORDS = {
    "accounts.sign_in": "Signed in",
    "accounts.sign_out": "Signed out",
    "accounts.create_person": "Created an account",
    "accounts.deactivate_person": "Deactivated an account",
    "accounts.grant_role": "Granted a role",
    "accounts.withdraw_role": "Withdrew a role",
    "accounts.set_password": "Set a password",
    "accounts.denied": "Asked for a page and was denied",
    "accounts.sign": "Signed",
    "pharmacy.view_number": "Looked up a number",
    "pharmacy.view_authorization": "Viewed an authorization",
    "pharmacy.view_confirmation": "Viewed a confirmation",
    "pharmacy.view_returns": "Viewed the returns",
    "pharmacy.view_today": "Viewed the site’s day",
    "rems.view_decision": "Viewed a decision",
    "rems.view_decisions": "Viewed the decisions",
    "rems.view_deviations": "Viewed the deviations",
    "rems.view_due_list": "Viewed what is due",
    "rems.view_likely_duplicates": "Viewed likely duplicates",
    "rems.view_overdue": "Viewed the overdue tests",
    "rems.view_patient": "Viewed a patient",
    "rems.view_patients": "Viewed the patients",
    "rems.view_prescription": "Viewed a prescription",
    "rems.view_report": "Viewed a report",
    "rems.view_reports": "Viewed the reports",
    "audit.view_trail": "Viewed the audit list",
    "audit.view_event": "Viewed an event",
    "rems.horizon_failed": "Could not look ahead",
    "rems.look_at_due": "Looked at what came due",
    "rems.postpone_horizon": "Could not look at what came due",
    "rems.make_horizons": "Looked ahead for patients",
    "rems.begin_comparison": "Began to compare what is due",
    "rems.compare_horizons": "Compared what is due",
    "rems.report_defect": "Found a wrong due date",
    "gate.authorize": "Asked for an authorization",
    "gate.confirm": "Asked to confirm",
    "gate.hand_over": "Asked to hand over",
    "rems.load_demo": "Loaded the demonstration",
    "rems.enroll": "Enrolled a patient",
    "rems.re_enroll": "Signed a new agreement",
    "rems.take_on_pharmacist": "Took on a pharmacist",
    "rems.transfer": "Transferred a patient",
    "rems.prescribe": "Wrote down a prescription",
    "rems.record_counseling": "Recorded counseling",
    "patients.record_cycle": "Recorded cycles",
    "pharmacy.denied": "Came to the counter and was denied",
    "rems.view_authorization": "Viewed a patient’s authorization",
    "prescribers.register": "Registered a prescriber",
    "prescribers.correct_details": "Corrected a prescriber’s details",
    "prescribers.apply_for_certification": "Applied as a prescriber",
    "prescribers.approve": "Approved a prescriber",
    "prescribers.refuse": "Refused a prescriber",
    "prescribers.deactivate": "Deactivated a prescriber",
    "pharmacies.register": "Registered a site",
    "pharmacies.correct_details": "Corrected a site’s details",
    "pharmacies.apply_for_certification": "Applied for a site",
    "pharmacies.approve": "Approved a site",
    "pharmacies.refuse": "Refused a site",
    "pharmacies.deactivate": "Deactivated a site",
    "patients.correct": "Corrected a fact",
}
VERBS = {
    "add": "Added",
    "answer": "Answered",
    "apply": "Applied",
    "appoint": "Appointed",
    "approve": "Approved",
    "authorize": "Authorized",
    "cancel": "Cancelled",
    "change": "Changed",
    "clear": "Cleared",
    "close": "Closed",
    "confirm": "Confirmed",
    "correct": "Corrected",
    "create": "Created",
    "deactivate": "Deactivated",
    "dispense": "Dispensed",
    "end": "Ended",
    "enroll": "Enrolled",
    "export": "Exported",
    "grant": "Granted",
    "hand": "Handed",
    "lapse": "Lapsed",
    "load": "Loaded",
    "look": "Looked",
    "mark": "Marked",
    "name": "Named",
    "open": "Opened",
    "prescribe": "Prescribed",
    "raise": "Raised",
    "re": "Re-",
    "record": "Recorded",
    "refuse": "Refused",
    "register": "Registered",
    "send": "Sent",
    "set": "Set",
    "sign": "Signed",
    "stop": "Stopped",
    "submit": "Submitted",
    "supersede": "Superseded",
    "take": "Took",
    "transfer": "Transferred",
    "view": "Viewed",
    "void": "Withdrew",
    "withdraw": "Withdrew",
}
SINGULAR = frozenset({"over", "for", "up", "due"})


def words(action: str) -> str:
    """The action in words; one that nobody named reads as its own name, without underscores."""
    if action in WORDS:
        return WORDS[action]
    verb, _, rest = action.rpartition(".")[2].partition("_")
    thing = rest.replace("_", " ")
    done = VERBS.get(verb, verb.capitalize())
    return f"{done} {_article(thing)}{thing}".strip()


def known() -> list[tuple[str, str]]:
    """Every action that code can write, with its words, in the order of the words."""
    return sorted(((name, words(name)) for name in acts.names() | WORDS.keys()), key=lambda pair: pair[1])


def _article(thing: str) -> str:
    first = thing.partition(" ")[0]
    if not first or first in SINGULAR or (first.endswith("s") and not first.endswith("ss")):
        return ""
    return "an " if first[0] in "aeio" else "a "
