"""What an action of the trail is called for people: ``patients.record_test`` is "Recorded a test"."""

from audit import acts

WORDS = {
    "accounts.sign_in": "Signed in",
    "accounts.sign_in_half": "Gave the right password; the second factor is open",
    "accounts.sign_out": "Signed out",
    "accounts.add_authenticator_app": "Set up an authenticator app",
    "accounts.add_passkey": "Set up a passkey",
    "accounts.remove_second_factor": "Removed a second factor",
    "accounts.reset_second_factor": "Reset somebody’s second factor",
    "accounts.make_recovery_codes": "Made recovery codes",
    "accounts.keep_recovery_codes": "Kept the recovery codes",
    "accounts.use_recovery_code": "Used a recovery code",
    "accounts.confirm_password": "Gave the password again",
    "accounts.end_session": "Ended a session",
    "accounts.end_other_sessions": "Ended all other sessions",
    "accounts.end_sessions": "Ended somebody’s sessions",
    "accounts.expire_session": "Was signed out by time",
    "accounts.create_person": "Created an account",
    "accounts.deactivate_person": "Deactivated an account",
    "accounts.grant_role": "Granted a role",
    "accounts.withdraw_role": "Withdrew a role",
    "accounts.set_password": "Set a password",
    "accounts.denied": "Asked for a page and was denied",
    "accounts.sign": "Signed",
    "accounts.proof_refused": "Could not show again who they are",
    "accounts.show_second_factor": "Showed a second factor again",
    "rems.prepare_agreement": "Prepared an agreement",
    "rems.make_agreement_link": "Made a one-time link",
    "rems.try_agreement_link": "Opened a one-time link",
    "rems.sign_by_link": "Signed by one-time link",
    "rems.withdraw_agreement": "Withdrew a prepared agreement",
    "rems.complete_agreement": "Completed a prepared agreement",
    "rems.view_agreement_by_link": "Viewed an agreement by link",
    "rems.view_prepared_agreement": "Viewed a prepared agreement",
    "accounts.not_found": "Asked for what does not exist for them",
    "rems.open_record": "Opened a patient’s record by break-glass",
    "rems.close_record": "Closed an opened record",
    "rems.review_opening": "Reviewed the opening of a record",
    "rems.view_opened_record": "Viewed an opened record",
    "rems.view_opening": "Viewed the opening of a record",
    "rems.view_openings": "Viewed the openings of records",
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
    "rems.flags_failed": "Could not look at a flag again",
    "gate.authorize": "Asked for an authorization",
    "gate.confirm": "Asked to confirm",
    "gate.hand_over": "Asked to hand over",
    "rems.load_demo": "Loaded the demonstration",
    "rems.enroll": "Enrolled a patient",
    "rems.re_enroll": "Signed a new agreement",
    "rems.take_on_pharmacist": "Took on a pharmacist",
    "rems.reset_second_factor": "Reset a pharmacist’s second factor",
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
