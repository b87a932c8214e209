"""The engine on the command line: try scenarios, read an edition.

``check FILE…``: exit 0 all pass, 1 some fail, 2 a file is not in the format.
``explain PROGRAM [--at DATE]``: exit 2 where no edition is in force or the program is unknown.
"""

import argparse
import sys
from datetime import UTC, datetime, time
from pathlib import Path

from eligibility.converters import day
from eligibility.edition_reader import EditionError
from eligibility.editions import edition_in_force, programs
from eligibility.explain import explain
from eligibility.scenarios import ScenarioError, read_scenarios


def check(files: list[Path]) -> int:
    """Ask every scenario and print a line for each."""
    scenarios = [scenario for file in files for scenario in read_scenarios(file)]
    failed = 0
    for scenario in scenarios:
        found = scenario.differences(scenario.ask())
        failed += bool(found)
        print(f"FAIL {scenario.id} {'; '.join(found)}" if found else f"ok {scenario.id}")
    print(f"{len(scenarios) - failed} passed, {failed} failed")
    return 1 if failed else 0


def show(program: str, on: str | None) -> int:
    """Print the edition in force as a person reads it."""
    if program not in programs():
        print(
            f"unknown program {program!r}; one of {', '.join(programs())}",
            file=sys.stderr,
        )
        return 2
    zone = programs()[program][-1].zone
    at = datetime.combine(day(on), time(12), tzinfo=zone) if on else datetime.now(UTC)
    edition = edition_in_force(program, at)
    if edition is None:
        print(
            f"{program}: no edition in force on {at.astimezone(zone):%Y-%m-%d}",
            file=sys.stderr,
        )
        return 2
    print(explain(edition))
    return 0


def main(arguments: list[str] | None = None) -> int:
    """The exit code of one call."""
    parser = argparse.ArgumentParser(prog="python -m eligibility", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="ask every scenario of the files")
    checking.add_argument("files", nargs="+", type=Path, metavar="FILE")
    explaining = commands.add_parser("explain", help="print the edition in force")
    explaining.add_argument("program", metavar="PROGRAM")
    explaining.add_argument("--at", metavar="DATE", help="a day like 2026-06-15; today unless given")
    given = parser.parse_args(arguments)
    try:
        return check(given.files) if given.command == "check" else show(given.program, given.at)
    except (ScenarioError, EditionError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
