"""One mutant on trial: its code is put into the running engine, and the tests are asked, the quick ones first."""

import importlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from eligibility import Decision, Facts, decide
from eligibility.editions import edition_in_force, programs
from eligibility.findings import INSTANT
from eligibility.requirements import testing
from eligibility.scenarios import Scenario, read_scenarios
from tests.mutation.mutants import ROOT, Mutant
from tests.oracle.answer import Answer, Program
from tests.oracle.comparison import engine, oracle
from tests.oracle.generator import history
from tests.oracle.histories import History

HISTORIES, MOVED_ON = 2_500, 700
TESTS = ("test_boundaries", "test_windows", "test_categories", "test_wording", "test_editions")
ALONE = ("-x", "-q", "-c", os.devnull, "--rootdir", str(ROOT), "--noconftest", "--import-mode=importlib")
"""The engine's tests need neither Django nor a database, so a trial starts neither."""
WITHOUT = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:django")


@dataclass(frozen=True)
class Evidence:
    """What a mutant is judged by, worked out once before the first."""

    scenarios: tuple[Scenario, ...]
    asked: tuple[tuple[History, Answer], ...]
    timed: tuple[tuple[History, bool], ...]
    """Histories in which nothing lies ahead; whether an answer changes right after ``until``."""


def evidence() -> Evidence:
    """Scenarios, histories with the oracle's answers, and histories whose time can be moved on."""
    files = sorted((ROOT / "tests" / "scenarios").glob("*.yaml"))
    asked = tuple((made, oracle(made)) for made in map(history, range(HISTORIES)))
    steady = [made for made, _ in asked[:MOVED_ON] if made.program is Program.IN_FORCE and not _untimely(made)]
    timed = tuple((made, _changes_after_until(made)) for made in steady)
    return Evidence(tuple(s for path in files for s in read_scenarios(path)), asked, timed)


def noticed(mutant: Mutant, found: Evidence) -> str:
    """Which test notices the mutant; '' for none. To be called in a process of its own."""
    install(mutant)
    for name, test in _trials(found):
        try:
            if not test():
                return name
        except Exception as error:
            return f"{name}: {type(error).__name__}"
    return ""


def _trials(found: Evidence) -> Iterator[tuple[str, Callable[[], bool]]]:
    yield "scenarios", lambda: all(not s.differences(s.ask()) for s in found.scenarios)
    yield "oracle", lambda: all(engine(made) == answer for made, answer in found.asked)
    yield "time", lambda: not any(_untimely(made, tight=tight) for made, tight in found.timed)
    yield "tests", _unit_tests_pass


def _unit_tests_pass() -> bool:
    names = [str(ROOT / "tests" / "eligibility" / f"{name}.py") for name in TESTS]
    return pytest.main([*names, *ALONE, *WITHOUT]) == 0


# Time ----------------------------------------------------------------------------------------------


def _asked(facts: Facts, made: History, at: datetime) -> Decision:
    moved = replace(facts, at=at)
    return decide(edition_in_force(moved.program, at), moved, made.stage)


def _unmet(decision: Decision) -> set[str]:
    return {finding.requirement for finding in decision.unmet}


def _answer(decision: Decision) -> list[tuple[Any, ...]]:
    return [(finding.requirement, finding.level, finding.reason) for finding in decision.findings]


def _untimely(made: History, *, tight: bool = False) -> bool:
    """Whether ``until`` or an ``opens`` says what is not so. ``tight``: the answer must change right after it."""
    facts = made.facts
    now = _asked(facts, made, facts.at)
    last = now.until or facts.at + timedelta(days=4000)
    if last < facts.at or _answer(_asked(facts, made, last)) != _answer(now):
        return True
    if tight and (now.until is None or _answer(_asked(facts, made, now.until + INSTANT)) == _answer(now)):
        return True
    for finding in now.unmet:
        if finding.opens is not None:
            before = _asked(facts, made, max(facts.at, finding.opens - INSTANT))
            if finding.requirement in _unmet(_asked(facts, made, finding.opens)):
                return True
            if finding.requirement not in _unmet(before):
                return True
    return False


def _changes_after_until(made: History) -> bool:
    now = _asked(made.facts, made, made.facts.at)
    return now.until is not None and _answer(_asked(made.facts, made, now.until + INSTANT)) != _answer(now)


# Installing ----------------------------------------------------------------------------------------


def install(mutant: Mutant) -> None:
    """Give the functions of the loaded module the mutant's code."""
    module = importlib.import_module(module_of(mutant.path))
    if mutant.constant is not None:
        owner, name, value = mutant.constant
        setattr(getattr(module, owner), name, value)
    else:
        codes = dict(_codes(compile(mutant.tree, str(mutant.path), "exec")))
        for function in _functions(module):
            function.__code__ = codes[function.__qualname__]
    testing.slots_of.cache_clear()
    for edition in (each for series in programs().values() for each in series):
        vars(edition).pop("asked", None)


def module_of(path: Path) -> str:
    """The dotted name of a source file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant.co_qualname, constant
            yield from _codes(constant)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions and methods that a module defines, out of whatever wraps them."""
    for item in vars(module).values():
        held = list(vars(item).values()) if isinstance(item, type) and item.__module__ == module.__name__ else [item]
        for one in held:
            inner = _unwrapped(one)
            own = isinstance(inner, FunctionType) and inner.__module__ == module.__name__
            if own and inner.__code__.co_filename == module.__file__:
                yield inner


def _unwrapped(item: object) -> Any:
    if isinstance(item, cached_property):
        return item.func
    if isinstance(item, property):
        return item.fget
    if isinstance(item, classmethod | staticmethod):
        return item.__func__
    return getattr(item, "__wrapped__", item)
