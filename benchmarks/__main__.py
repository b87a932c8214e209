"""`make bench`: run every benchmark, or those named, and print the figures."""

import importlib
import pkgutil
import sys

import benchmarks


def main(chosen: list[str]) -> int:
    """Print a line for each figure, words as they are; 1 when a name is unknown."""
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    if unknown := set(chosen) - set(known):
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 1
    for name in chosen or known:
        for what, figure in importlib.import_module(f"benchmarks.{name}").run().items():
            told = figure if isinstance(figure, str) else in_words(figure)
            print(f"{name:<16} {what:<56} {told:>15}", flush=True)
    return 0


def in_words(seconds: float) -> str:
    """A figure in the unit that fits it: s, ms or µs."""
    if seconds >= 1:
        return f"{seconds:>12,.1f} s"
    return f"{seconds * 1e3:>12,.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:>12,.1f} µs"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
