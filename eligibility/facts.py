"""What is known at the moment of the question. Absent means unknown, and unknown blocks.

Moments are either aware datetimes or dates; a date means the whole day in the program's zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from eligibility.vocabulary import Category, Cycle, Method, ReportKind, Result, Subject, Window

When = date | datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Patient:
    """Who the medicine is for, as enrolled in the program that is asked."""

    enrolled: bool | None = None
    born: date | None = None
    category: Category | None = None
    category_basis: str | None = None
    able_since: When | None = None
    """When she became able to get pregnant, where an earlier category said that she could not."""
    last_menses: date | None = None
    menarche_reported: bool = False
    cycle: Cycle | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """The newest signed Patient-Physician Agreement. ``category`` None: the patient's own."""

    signed_on: When | None = None
    guardian_signed: bool | None = None
    category: Category | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Certification:
    """The newest certification and the newest deactivation, each at or before the question."""

    certified: When | None = None
    deactivated: When | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Site(Certification):
    """A pharmacy's site; ``zone`` is an IANA name, None: the program's zone."""

    zone: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Contraception:
    """The newest attestation. ``since``: sufficient protection without a gap from that day."""

    since: date | None = None
    methods: tuple[str, ...] = ()
    abstinence: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PregnancyTest:
    """One result. ``sensitivity_miu_ml`` is the lowest concentration detected, in mIU/mL."""

    collected: When | None = None
    result: Result | None = None
    sensitivity_miu_ml: float | None = None
    home: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Interruption:
    """A pause of therapy, days both included. The test calendar goes on through it."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Prescription:
    """What was prescribed. ``category`` is the one written on it, None: none stands there."""

    written: When | None = None
    days_supply: float | None = None
    units: float | None = None
    refill: bool = False
    verbal: bool = False
    category: Category | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedNumber:
    """An authorization or confirmation number.

    ``used`` and ``cancelled``: False, True (at an unknown time, so it counts), or the moment.
    ``closes``: the end of an authorization's window as it was fixed at the issue.
    """

    issued: When | None = None
    used: bool | When = False
    cancelled: bool | When = False
    program: str | None = None
    closes: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispensed:
    """The last dispensing on record in this program."""

    date: When | None = None
    days_supply: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A missed period, abnormal bleeding, or pregnancy. ``subject`` None: unknown, so it blocks."""

    kind: ReportKind
    subject: Subject | None = None
    opened: When | None = None
    closed: When | None = None
    outcome: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """An administrative window that closed while the system was down, and that two administrators kept open.

    ``closed``: the window's own last instant; ``until``: the last instant of the extension; ``began`` and
    ``ended``: the outage; ``approved``: when the second of the two approved it.
    """

    window: Window
    closed: datetime
    until: datetime
    began: datetime
    ended: datetime
    approved: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Everything the engine may know, as of ``at``, the instant of the question."""

    at: datetime
    program: str
    patient: Patient = field(default_factory=Patient)
    agreement: Agreement | None = None
    prescriber: Certification = field(default_factory=Certification)
    pharmacy: Site = field(default_factory=Site)
    contraception: Contraception | None = None
    tests: tuple[PregnancyTest, ...] = ()
    first_dose: date | None = None
    dispensings: tuple[When, ...] = ()
    """Every dispensing on record in this program; empty: only the last one is known."""
    therapy_ended: date | None = None
    interruption: Interruption | None = None
    surveys: tuple[When, ...] = ()
    prescriber_survey_completed: bool | None = None
    counseled: bool | None = None
    checklist_complete: bool | None = None
    medication_guide_given: bool | None = None
    prescription: Prescription = field(default_factory=Prescription)
    authorization: IssuedNumber | None = None
    confirmation: IssuedNumber | None = None
    method: Method | None = None
    last_dispense: Dispensed | None = None
    days_on_hand: float | None = None
    reports: tuple[Report, ...] = ()
    extensions: tuple[Extension, ...] = ()
    """Of the authorization and the confirmation above."""
    flexibilities: Mapping[str, bool] = field(default_factory=dict)
    """Switches set by hand, over what the edition says."""
