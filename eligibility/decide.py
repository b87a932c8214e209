"""The decision: every requirement of the stage asked, whatever else blocks."""

from eligibility.case import Case
from eligibility.edition import Edition
from eligibility.facts import Facts
from eligibility.findings import Decision, Finding, Level, Outcome
from eligibility.reasons import Reason
from eligibility.vocabulary import Stage

IN_FORCE = "edition-in-force"
SOURCE, MARK = "Rule book, Programs", "A"


def decide(edition: Edition | None, facts: Facts, stage: Stage) -> Decision:
    """May this be dispensed at ``facts.at``? ``edition``: the one in force then, None: there is none.

    A refusal is a return value. ValueError: a time without a zone, or facts of another program.
    """
    if edition is None:
        gap = Finding(IN_FORCE, Level.UNMET, Reason.NO_EDITION_IN_FORCE, SOURCE, MARK, details={"on": facts.at})
        return _decision(None, facts, stage, (gap,))
    if edition.program != facts.program:
        raise ValueError(f"edition of {edition.program}, facts of {facts.program}")
    if edition.ended:
        note = Finding(
            IN_FORCE,
            Level.NOTED,
            Reason.PROGRAM_ENDED,
            SOURCE,
            MARK,
            details={"ended": edition.starts},
        )
        return _decision(edition, facts, stage, (note,), Outcome.NOT_GATED)
    case = Case(edition=edition, facts=facts, stage=stage)
    return _decision(edition, facts, stage, tuple([r.check(case) for r in edition.asked[stage]]))


def _decision(
    edition: Edition | None,
    facts: Facts,
    stage: Stage,
    findings: tuple[Finding, ...],
    outcome: Outcome | None = None,
) -> Decision:
    refused = any(f.level is Level.UNMET for f in findings)
    return Decision(
        outcome=outcome or (Outcome.REFUSED if refused else Outcome.ALLOWED),
        stage=stage,
        at=facts.at,
        program=facts.program,
        edition=edition.id if edition else None,
        edition_sha256=edition.sha256 if edition else None,
        findings=findings,
        edition_until=edition.until if edition else None,
    )
