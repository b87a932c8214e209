"""The translations of the patients' pages: read from a .po file, compiled to the .mo file that Django loads.

Both are kept in the repository, so that a fresh clone speaks Spanish without gettext's programs; a test
holds one against the other. Of the format: comments, contexts, plurals and texts over several lines.
"""

import ast
import struct
from collections.abc import Iterator
from pathlib import Path

Catalog = dict[str, str]
"""What stands in a .mo file: text (with its context, and its plural) to translation (or translations)."""
CONTEXT, PLURAL = "\x04", "\x00"
MAGIC, REVISION, HEAD = 0x950412DE, 0, 28


class BadCatalog(ValueError):
    """A .po file that cannot be read; the message says in which line."""


def parse(text: str) -> Catalog:
    """The translations of a .po file; what has none yet, and what is marked fuzzy, is left out. Raises BadCatalog."""
    found: Catalog = {}
    for entry in _entries(text):
        fuzzy = any(flag.strip() == "fuzzy" for flag in entry.get("flags", "").split(","))
        translations = [entry[key] for key in sorted(entry) if key.startswith("msgstr")]
        if fuzzy or not all(translations):
            continue
        name = entry["msgid"]
        name = f"{entry['msgctxt']}{CONTEXT}{name}" if "msgctxt" in entry else name
        name = f"{name}{PLURAL}{entry['msgid_plural']}" if "msgid_plural" in entry else name
        if name in found:
            raise BadCatalog(f"twice: {entry['msgid']!r}")
        found[name] = PLURAL.join(translations)
    return found


def _entries(text: str) -> Iterator[dict[str, str]]:
    """Entry after entry, each with its keywords; an empty line ends one."""
    entry: dict[str, str] = {}
    keyword = ""
    for number, raw in enumerate([*text.splitlines(), ""], start=1):
        line = raw.strip()
        if not line:
            if "msgid" in entry:
                yield entry
            entry, keyword = {}, ""
        elif line.startswith("#"):
            if line.startswith("#,"):
                entry["flags"] = line[2:]
        elif line.startswith('"'):
            if not keyword:
                raise BadCatalog(f"line {number}: a text that belongs to nothing")
            entry[keyword] += _unquoted(line, number)
        else:
            keyword, _, quoted = line.partition(" ")
            if not keyword.startswith(("msgid", "msgstr", "msgctxt")) or keyword in entry:
                raise BadCatalog(f"line {number}: {keyword}")
            entry[keyword] = _unquoted(quoted, number)


def _unquoted(text: str, number: int) -> str:
    try:
        value = ast.literal_eval(text.strip())
    except (SyntaxError, ValueError) as error:
        raise BadCatalog(f"line {number}: {text}") from error
    if not isinstance(value, str):
        raise BadCatalog(f"line {number}: {text}")
    return value


def compiled(catalog: Catalog) -> bytes:
    """The .mo file: sorted texts, so that the same catalog always gives the same bytes; no hash table."""
    rows = sorted((name.encode(), said.encode()) for name, said in catalog.items())
    names, said = [name for name, _ in rows], [translation for _, translation in rows]
    start = HEAD + 16 * len(rows)
    first, after = _table(names, start)
    second, _ = _table(said, after)
    head = struct.pack("<7I", MAGIC, REVISION, len(rows), HEAD, HEAD + 8 * len(rows), 0, start)
    texts = b"".join(text + b"\0" for text in [*names, *said])
    return head + first + second + texts


def _table(texts: list[bytes], start: int) -> tuple[bytes, int]:
    """Length and place of each text, and where the next one would stand."""
    packed = b""
    for text in texts:
        packed += struct.pack("<2I", len(text), start)
        start += len(text) + 1
    return packed, start


def sources(locale: Path) -> list[Path]:
    """The .po files under a folder of translations."""
    return sorted(locale.glob("*/LC_MESSAGES/*.po"))


def compile_all(locale: Path) -> list[Path]:
    """Write the .mo file beside each .po file; those that are not what they were. Raises BadCatalog."""
    changed = []
    for source in sources(locale):
        target, content = source.with_suffix(".mo"), compiled(parse(source.read_text(encoding="utf-8")))
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)
            changed.append(target)
    return changed
