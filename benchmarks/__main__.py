"""`make bench`: run every benchmark, or those named, and print the figures."""

import importlib
import pkgutil
import sys

import benchmarks


def main(chosen: list[str]) -> int:
    """Print a line for each figure, seconds as µs and words as they are; 1 when a name is unknown."""
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    if unknown := set(chosen) - set(known):
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 1
    for name in chosen or known:
        for what, figure in importlib.import_module(f"benchmarks.{name}").run().items():
            told = figure if isinstance(figure, str) else f"{figure * 1e6:>12,.1f} µs"
            print(f"{name:<16} {what:<56} {told:>15}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
