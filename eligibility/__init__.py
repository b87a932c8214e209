"""The heart: may this be dispensed now, and if not, why, and who can clear it?

Pure Python. It knows no database, no web and no clock: ``facts.at`` is the only time.
Importing this package loads the standard library only.
"""

from eligibility.decide import decide
from eligibility.facts import (
    Agreement,
    Certification,
    Contraception,
    Dispensed,
    Extension,
    Facts,
    Interruption,
    IssuedNumber,
    Patient,
    PregnancyTest,
    Prescription,
    Report,
    Site,
    When,
)
from eligibility.findings import Decision, Finding, Outcome
from eligibility.reasons import Clearer, Reason
from eligibility.vocabulary import Category, Stage

__all__ = [
    "Agreement",
    "Category",
    "Certification",
    "Clearer",
    "Contraception",
    "Decision",
    "Dispensed",
    "Extension",
    "Facts",
    "Finding",
    "Interruption",
    "IssuedNumber",
    "Outcome",
    "Patient",
    "PregnancyTest",
    "Prescription",
    "Reason",
    "Report",
    "Site",
    "Stage",
    "When",
    "decide",
]
