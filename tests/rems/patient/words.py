"""The words of the patients' pages, found in the code, and how hard they are to read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
CODE = (
    ROOT / "rems/own_words.py",
    ROOT / "rems/forms/patient.py",
    ROOT / "rems/actions/own.py",
    ROOT / "rems/actions/own_access.py",
    *sorted((ROOT / "rems/views/patient").glob("*.py")),
)
PARTS = (ROOT / "templates/parts/tour.html", ROOT / "templates/parts/tours/patient.html")
TEMPLATES = [*sorted((ROOT / "templates/rems/patient").glob("*.html")), *PARTS]
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
TAG = re.compile(r'{% translate "([^"]+)"(?: as \w+)? %}')


def texts() -> list[str]:
    """Every text that is translated, once, in the order of the files."""
    found = [text for path in CODE for text in _in_code(path)]
    found += [text for path in TEMPLATES for text in TAG.findall(path.read_text(encoding="utf-8"))]
    return list(dict.fromkeys(found))


def plurals() -> list[tuple[str, str]]:
    """Every text that has a plural."""
    return [pair for path in CODE for pair in _plurals(path)]


def _calls(path: Path, names: set[str]) -> Iterator[list[str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]


def _in_code(path: Path) -> Iterator[str]:
    return (args[0] for args in _calls(path, CALLS) if args)


def _plurals(path: Path) -> Iterator[tuple[str, str]]:
    return ((args[0], args[1]) for args in _calls(path, {"ngettext"}))


def syllables(word: str) -> int:
    """About how many: groups of vowels, without an e that is not heard at the end. At least one."""
    bare = re.sub(r"[^a-z]", "", word.lower())
    silent = re.sub(r"(?<=[^aeiouyl])e$|(?<=[aeiou]l)e$|(?<=[aeiou]ls)e$|(?<=[^aeiouytd])ed$", "", bare)
    silent = re.sub(r"(?<=[^aeiouycgsxz])es$|(?<=ul)e(s?)$", "", silent)
    return max(1, len(re.findall(r"[aeiouy]+", silent)))


def grade(text: str) -> float:
    """The Flesch–Kincaid grade of an English text: the school year in which it is read. 6 is age eleven to twelve."""
    sentences = [part for part in re.split(r"[.!?:]+(?:\s|$)", text) if re.search(r"[A-Za-z]", part)]
    words = re.findall(r"[A-Za-z’']+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
