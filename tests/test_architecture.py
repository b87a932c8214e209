"""What holds the parts together: directions, locks, permissions and guards that no single test would miss."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

import accounts.actions
import accounts.contact
import accounts.factors
import accounts.sessions
import accounts.sign_in
import accounts.signatures
import accounts.tours
import patients.actions
import pharmacies.actions
import prescribers.actions
import rems.actions
import rems.horizon
import rems.messages
import rems.relay
from accounts.standing import held_now, must_be_active
from audit import acts
from patients.lock import lock as lock_patient
from rems.horizon.renewal import renew, renew_after

ROOT = Path(__file__).parent.parent
OURS = ("accounts", "audit", "eligibility", "patients", "pharmacies", "prescribers", "rems")
HOMES = (
    accounts.actions,
    accounts.contact,
    accounts.factors,
    accounts.sessions,
    accounts.sign_in,
    accounts.signatures,
    accounts.tours,
    patients.actions,
    pharmacies.actions,
    prescribers.actions,
    rems.actions,
    rems.horizon,
    rems.messages,
    rems.relay,
)
"""Where acts stand: modules, and packages with theirs."""


def modules(home: ModuleType) -> Iterator[ModuleType]:
    yield home
    for found in pkgutil.iter_modules(getattr(home, "__path__", ())):
        yield importlib.import_module(f"{home.__name__}.{found.name}")


def body_of(thing: Any) -> FunctionType | None:
    """The function that a name stands for, without what decorates it."""
    plain = inspect.unwrap(thing) if callable(thing) else None
    return plain if isinstance(plain, FunctionType) else None


def is_act(body: FunctionType) -> bool:
    first = next(iter(inspect.signature(body).parameters.values()), None)
    return first is not None and first.annotation is acts.Act


ACTS: dict[str, FunctionType] = {
    f"{module.__name__}.{name}": body
    for home in HOMES
    for module in modules(home)
    for name, thing in vars(module).items()
    if hasattr(thing, "__wrapped__") and (body := body_of(thing)) and is_act(body)
    if body.__module__ == module.__name__
}


def names_in(code: CodeType) -> Iterator[str]:
    """Every name that a function uses, inner functions included."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from names_in(inner)


def used_by(body: FunctionType) -> Iterator[Any]:
    """What a function's names stand for: functions, and functions of modules and classes of ours."""
    names = set(names_in(body.__code__))
    for name in names:
        thing = body.__globals__.get(name)
        yield thing
        if isinstance(thing, (ModuleType, type)) and _ours(thing):
            yield from (getattr(thing, other, None) for other in names)


def _ours(thing: Any) -> bool:
    home = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", "")
    return str(home).split(".")[0] in OURS


def reaches(body: FunctionType, wanted: Callable[..., Any]) -> bool:
    """Whether a function calls another one, itself or by functions of ours."""
    seen: set[FunctionType] = set()
    waiting = [body]
    while waiting:
        function = waiting.pop()
        if function is wanted:
            return True
        if function in seen:
            continue
        seen.add(function)
        waiting += [found for thing in used_by(function) if (found := body_of(thing)) and _ours(found)]
    return False


def test_all_acts_are_looked_at() -> None:
    homes = tuple(home.__name__.split(".")[0] for home in HOMES)
    known = {name for name in acts.names() if name.split(".")[0] in {*homes, "gate"}}
    assert len(ACTS) >= len(known - {"rems.load_demo"}) - 1
    assert len(ACTS) > 40


NOT_ABOUT_A_PATIENT = {
    "patients.actions.identity.register_patient": "makes the row that the others lock",
    "rems.actions.staff.take_on_pharmacist": "is about a pharmacist",
    "rems.actions.staff.reset_second_factor": "is about a pharmacist",
    "rems.actions.reviewing.sign_review": "is about a period of the trail",
    "rems.messages.read_notices": "marks one's own notices as read; no fact",
    "rems.messages.send_now": "lets a message be tried now; no fact",
    "rems.actions.outages.record_outage": "is about the system",
    "rems.actions.outages.decide_outage": "is about the system",
    "rems.actions.downtime.start_downtime": "is about the system",
    "rems.actions.downtime.end_downtime": "is about the system",
    "rems.actions.verification.start_verification": "is about the trail",
    "rems.actions.verification.stop_verification": "is about the trail",
    "rems.actions.verification.finish_verification": "is about the trail",
    "rems.actions.keeping.keep_draft": "keeps what one person typed and did not send; no fact",
    "rems.actions.keeping.drop_draft": "takes away what one person typed; no fact",
    "rems.actions.keeping.forget_old_drafts": "the job's; takes away what was typed and never sent; no fact",
    "rems.horizon.comparing.begin": "the job's; writes how far it came",
    "rems.horizon.comparing.record_progress": "the job's; writes how far it came",
    "rems.horizon.comparing.report": "the job's; no fact, and it holds the patient without FOR UPDATE",
    "rems.horizon.making.make_horizons": "the job's; no fact, and it passes over patients whom an act holds",
    "rems.horizon.passing.look_at_due": "the job's; no fact, and it passes over patients whom an act holds",
    "rems.horizon.passing.postpone": "the job's; writes when it looks again",
    "rems.relay.send_next": "sends what was written; no fact",
}


@pytest.mark.parametrize(
    "name", sorted(name for name in ACTS if name.startswith(("patients.", "rems.")) and name not in NOT_ABOUT_A_PATIENT)
)
def test_every_act_about_a_patient_takes_the_patients_lock(name: str) -> None:
    assert reaches(ACTS[name], lock_patient)


ASKS_NOBODY = {
    "rems.actions.keeping.forget_old_drafts": "a job's; no page calls it, and it writes no fact",
    "accounts.sessions.expire": "time ends the session, whoever's it is",
    "accounts.sign_in.sign_out": "whoever's account ended meanwhile may sign out, too",
    "accounts.signatures.sign": "who signs is the one who acts; the act around it asks",
    "rems.horizon.comparing.begin": "a job's; no page calls it, and it writes no fact",
    "rems.horizon.comparing.record_progress": "a job's; no page calls it, and it writes no fact",
    "rems.horizon.comparing.report": "a job's; no page calls it, and it writes no fact",
    "rems.horizon.making.make_horizons": "a job's; no page calls it, and it writes no fact",
    "rems.horizon.passing.look_at_due": "a job's; no page calls it, and it writes no fact",
    "rems.horizon.passing.postpone": "a job's; no page calls it, and it writes no fact",
    "rems.relay.send_next": "a job's; no page calls it, and it writes no fact",
}


@pytest.mark.parametrize(
    "name",
    sorted(name for name in ACTS if name not in ASKS_NOBODY),
)
def test_every_act_asks_who_may(name: str) -> None:
    """For another's: by what one's roles allow. For one's own account: that it has not ended."""
    assert reaches(ACTS[name], held_now) or reaches(ACTS[name], must_be_active)


def test_whatever_locks_a_patient_lets_its_horizon_be_renewed() -> None:
    """The seam: locks note what they hold, and the outermost act ends with the renewal of those patients."""
    assert reaches(lock_patient, acts.note_locked)  # type: ignore[arg-type]
    assert renew_after in acts._closing
    assert reaches(renew_after, renew)  # type: ignore[arg-type]


def test_the_search_finds_what_is_missing() -> None:
    def takes_nothing() -> int:
        return len(OURS)

    assert not reaches(takes_nothing, lock_patient)  # type: ignore[arg-type]


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        home = ROOT / folder
        yield from [home] if home.is_file() else sorted(home.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


PAGES = ("rems.views", "rems.forms", "rems.templatetags")
JOBS = (
    "rems.overdue",
    "rems.happenings",
    "rems.horizon",
    "rems.notices",
    "rems.outbox",
    "rems.recipients",
    "rems.relay",
    "rems.senders",
    "rems.tasks",
)
MAY_NOT_KNOW = [
    ("rems/queries", (*PAGES, "rems.actions")),
    ("rems/actions", (*PAGES, "rems.queries", "rems.display", *JOBS)),
    ("rems/display", (*PAGES, "rems.actions", "rems.queries")),
    ("rems/templatetags", ("rems.views", "rems.forms", "rems.actions", "rems.queries")),
    ("rems/forms", ("rems.views", "rems.templatetags")),
    ("rems/models", (*PAGES, "rems.actions", "rems.queries", "rems.display")),
    ("rems/gate.py", (*PAGES, "rems.actions", "rems.queries", "rems.display", *JOBS)),
    ("rems/facts.py", (*PAGES, "rems.actions", "rems.queries", "rems.display", *JOBS)),
    ("rems/records.py", (*PAGES, "rems.actions", "rems.queries", "rems.display", *JOBS)),
    ("rems/question.py", (*PAGES, "rems.actions", "rems.queries", "rems.display", *JOBS)),
    ("rems/extended.py", (*PAGES, "rems.actions", "rems.queries", "rems.display", *JOBS)),
    ("rems/later.py", (*PAGES, "rems.actions", "rems.queries", "rems.display", *JOBS)),
    ("rems/downtime.py", (*PAGES, "rems.actions", "rems.queries", "rems.display", *JOBS)),
    ("rems/horizon", (*PAGES, "rems.actions", "rems.queries")),
    ("rems/lists", (*PAGES, "rems.actions", "rems.queries")),
    ("rems/overdue.py", (*PAGES, "rems.actions")),
    ("rems/deviations.py", (*PAGES, "rems.actions", "rems.queries", "rems.display", *JOBS)),
    ("rems/views", ("rems.templatetags",)),
]


@pytest.mark.parametrize(("folder", "others"), MAY_NOT_KNOW, ids=[folder for folder, _ in MAY_NOT_KNOW])
def test_addresses_know_views_and_views_know_acts_and_queries_never_back(folder: str, others: tuple[str, ...]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(folder)
        for name in imported(path)
        if f"{name}.".startswith(tuple(f"{other}." for other in others))
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", ["rems/views", "rems/forms", "rems/templatetags", "accounts/views"])
def test_rows_are_found_by_queries_and_not_by_pages(folder: str) -> None:
    """A view that asks a model itself could forget whose rows a person may see."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources(folder)
        for line in asked_models(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


MANAGERS = {"objects", "_default_manager", "_base_manager"}


def asked_models(tree: ast.Module) -> Iterator[int]:
    """The lines that ask a model for rows. ``Model.objects.none()``, the empty list of a form, asks for none."""
    asked = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    empty = {id(node.value) for node in asked if node.attr == "none"}
    yield from (node.lineno for node in asked if node.attr in MANAGERS and id(node) not in empty)


def test_the_search_for_rows_sees_a_model_and_no_empty_list() -> None:
    assert list(asked_models(ast.parse("a.objects.none()\nPatient.objects.filter()"))) == [2]


CHANGED_IN_PLACE = {
    "accounts.ContactChoice": "how somebody wants to be reached; what stood before is in the trail",
    "accounts.Person": "name, password, deactivation; each change is an entry of the trail",
    "accounts.SignInTries": "counts by which a pause is measured; each try is an entry of the trail",
    "audit.IdempotencyKey": "settled within the transaction that claims it; no record of anything",
    "patients.PatientAccount": "language and zone as the patient chose; each change is an entry of the trail",
    "patients.Patient": "the name as corrected; what stood before is an IdentityCorrection",
    "pharmacies.Pharmacy": "details as corrected; what stood before is in the trail",
    "prescribers.Prescriber": "details as corrected; what stood before is in the trail",
    "rems.Comparison": "how far the night's comparison came; each step has its entry",
    "rems.Draft": "what one person typed and did not send; no record of anything, and it goes when it is sent",
    "rems.Horizon": "derived, and computed anew with every fact; no record of anything",
    "rems.Message": "tried, sent, given up or read; each change is an entry of the trail",
    "rems.Enrollment": "the prescriber as transferred; what stood before is a Transfer",
    "rems.VerificationRun": "how far a job is; its beginning and its end are entries of the trail",
    "rems.Product": "reference data of an edition, written by migrations",
}
MODELS = sorted(
    (model for model in apps.get_models() if model._meta.app_label in OURS and model._meta.managed),
    key=lambda model: model._meta.label,
)


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_table_keeps_its_rows_or_says_why_not(model: type[Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'keep_rows'",
            [model._meta.db_table],
        )
        kept = cursor.fetchall() != []
    assert kept is (model._meta.label not in CHANGED_IN_PLACE)


SIGNED = {name.rpartition(".")[2] for name, body in ACTS.items() if "given" in inspect.signature(body).parameters} | {
    "correct"
}
"""The acts that somebody signs with the own account."""


def unsigned(tree: ast.Module) -> Iterator[int]:
    """The lines that call an act which is signed, and hand on no signature."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    for call in calls:
        named = {keyword.arg for keyword in call.keywords}  # None: what is spread with **
        if call.func.attr in SIGNED and named.isdisjoint({"given", None}):  # type: ignore[attr-defined]
            yield call.lineno


def test_a_page_hands_on_the_signature_of_every_act_that_is_signed() -> None:
    """Without it the act would say of its signer: signed in, not asked again."""
    assert {"apply_for_certification", "record_counseling", "re_enroll", "complete", "record_attestation"} <= SIGNED
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources("rems/views")
        for line in unsigned(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []
    assert list(unsigned(ast.parse("actions.record_counseling(prescription=p, by=b)"))) == [1]


GATE = (
    "rems/gate.py",
    "rems/question.py",
    "rems/facts.py",
    "rems/extended.py",
    "rems/later.py",
    "rems/downtime.py",
    "rems/records.py",
    "rems/actions/gate.py",
    "rems/actions/issuing.py",
    "rems/actions/prescribing.py",
    "rems/actions/standing.py",
    "eligibility",
    "rems/views/pharmacy",
    "rems/queries/pharmacy.py",
)


@pytest.mark.parametrize("place", [place for place in GATE if "pharmacy" not in place])
def test_the_gate_does_not_know_what_was_decided_about_items_of_lists(place: str) -> None:
    for path in sources(place):
        assert not [name for name in imported(path) if "work_lists" in name or name.startswith("rems.lists")], path
        assert not {"Acknowledgment", "Waiver"} & set(path.read_text(encoding="utf-8").split()), path


@pytest.mark.parametrize("place", GATE)
def test_the_gate_does_not_know_of_opened_records(place: str) -> None:
    for path in sources(place):
        assert not [name for name in imported(path) if "opening" in name.lower()], path
        assert "Opening" not in path.read_text(encoding="utf-8"), path
