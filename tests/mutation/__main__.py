"""``python -m tests.mutation [FILE ...]``: try every mutant of the rules, say which nobody notices.

Exit 1 below the score that is promised. A mutant has a process of its own, two run at a time.
"""

import gc
import multiprocessing
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.mutants import RULES, Mutant, mutants
from tests.mutation.trial import Evidence, evidence, noticed

PROMISED = 0.95
PATIENCE = 300
"""Seconds after which a mutant that does not come to an end is held to be noticed."""

tried: list[Mutant] = []
found: list[Evidence] = []


def try_one(index: int) -> tuple[int, str]:
    """Which test notices a mutant; '' for none."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(PATIENCE)
    return index, noticed(tried[index], found[0])


def _too_long(*_: object) -> None:
    raise TimeoutError


def main(paths: list[Path]) -> int:
    """Try all mutants of these files; 1 where too few were noticed."""
    start = time.monotonic()
    made = [mutant for path in paths for mutant in mutants(path)]
    tried.extend(mutant for mutant in made if mutant.key not in EQUIVALENT)
    gone = [key for key in EQUIVALENT if key[0] in {path.name for path in paths} and key not in {m.key for m in made}]
    if gone:
        print(f"no longer there, take it off the list of equivalent ones: {gone}")
    Random(0).shuffle(tried)  # noqa: S311 - so that the first hundred say something about all
    found.append(evidence())
    print(f"{len(tried)} mutants, evidence in {time.monotonic() - start:.0f} s", flush=True)
    gc.freeze()
    by: Counter[str] = Counter()
    unnoticed = []
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        for index, test in pool.imap_unordered(try_one, range(len(tried)), chunksize=1):
            by[test.split(":")[0]] += 1
            if not test:
                unnoticed.append(index)
                print(f"not noticed: {tried[index]}", flush=True)
            if by.total() % 50 == 0:
                print(f"{by.total()} tried in {time.monotonic() - start:.0f} s", flush=True)
    score = 1 - len(unnoticed) / len(tried)
    print(f"noticed by {dict(by)} in {time.monotonic() - start:.0f} s")
    print(f"{len(tried) - len(unnoticed)} of {len(tried)} noticed: {score:.1%}, promised {PROMISED:.0%}")
    return 0 if score >= PROMISED else 1


if __name__ == "__main__":
    sys.exit(main([Path(name).resolve() for name in sys.argv[1:]] or RULES))
