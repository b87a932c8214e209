"""The engine on the command line: exit codes, closing line, and what it loads."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from eligibility.__main__ import main
from eligibility.editions import programs

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = """\
- id: {id}
  title: Nothing is known
  program: us-lenalidomide
  ask: authorize
  at: '2026-06-15T10:00:00-04:00'
  expect: {{decision: {decision}}}
"""


def write(folder: Path, *entries: str, name: str = "trial.yaml") -> str:
    path = folder / name
    path.write_text("scenarios:\n" + "".join(entries), encoding="utf-8")
    return str(path)


def good(id_: str = "X1") -> str:
    return ALLOWED.format(id=id_, decision="refused")


def bad(id_: str = "X2") -> str:
    return ALLOWED.format(id=id_, decision="allowed")


def test_every_scenario_has_its_line_and_the_last_line_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", write(tmp_path, good("X1"), good("X2"))]) == 0
    assert capsys.readouterr().out.splitlines() == ["ok X1", "ok X2", "2 passed, 0 failed"]


def test_a_failing_scenario_says_what_was_expected_and_what_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", write(tmp_path, good(), bad())]) == 1
    first, second, last = capsys.readouterr().out.splitlines()
    assert first == "ok X1"
    assert second.startswith("FAIL X2 expected allowed, came refused")
    assert last == "1 passed, 1 failed"


def test_several_files_are_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [write(tmp_path, good("X1"), name="a.yaml"), write(tmp_path, bad("X2"), name="b.yaml")]
    assert main(["check", *files]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"


def test_a_file_without_scenarios_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "none.yaml"
    path.write_text("scenarios: []\n", encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().out == "0 passed, 0 failed\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("  colour: red\n", "X1: colour: unknown key"),
        ("  patient: {category: man}\n", "X1: patient.category: unknown category 'man'"),
        ("  first_dose: '2026-02-30'\n", "X1: first_dose: '2026-02-30' is no date"),
    ],
)
def test_what_is_not_in_the_format_is_exit_2_with_file_scenario_and_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, says: str
) -> None:
    file = write(tmp_path, good() + line)
    assert main(["check", file]) == 2
    out, err = capsys.readouterr()
    assert "passed" not in out
    assert err.startswith(f"error: {file}: {says}")


def test_a_wrong_file_beside_a_good_one_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", write(tmp_path, good()), str(tmp_path / "absent.yaml")]) == 2
    assert "absent.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["check"], ["explain"], ["dispense"]])
def test_a_call_that_is_none_is_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("program", ["us-lenalidomide", "us-pomalidomide", "us-thalidomide"])
def test_an_edition_is_read_out(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", program, "--at", "2026-06-15"]) == 0
    text = capsys.readouterr().out
    edition = programs()[program][-1]
    assert text.startswith(f"{edition.name} ({program}), edition {edition.id}, in force from {edition.starts}")
    assert re.search(r"max days: 28 days \[A\] ", text)
    assert re.search(r"^zone: America/New.York \[D\] ", text, re.MULTILINE)


def test_an_edition_is_read_out_as_of_today_unless_a_day_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "us-lenalidomide"]) == 0
    assert "Lenalidomide REMS" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["us-clozapine"], "unknown program 'us-clozapine'; one of us-lenalidomide"),
        (["us-lenalidomide", "--at", "2021-05-20"], "no edition in force on 2021-05-20"),
        (["us-lenalidomide", "--at", "15.6.2026"], "'15.6.2026' is no date"),
        (["us-lenalidomide", "--at", "2026-02-30"], "'2026-02-30' is no date"),
    ],
)
def test_what_cannot_be_read_out_is_exit_2(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *arguments]) == 2
    assert says in capsys.readouterr().err


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter in the project's root, without the tests' own settings."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "REMS_", "PYTEST_"))}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=plain, capture_output=True, text=True, check=False, timeout=60
    )


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    ran = python("-m", "eligibility", "check", write(tmp_path, good(), bad()))
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == "1 passed, 1 failed"
    assert ran.stderr == ""


STRANGERS = "import sys, eligibility; print(*sorted({m.split('.')[0] for m in sys.modules} - sys.stdlib_module_names))"


def test_importing_the_engine_loads_the_standard_library_only() -> None:
    """Neither Django nor yaml; `site` may load what the environment's .pth files name, `sysconfig` its own data."""
    before = set(python("-c", STRANGERS.replace(", eligibility", "")).stdout.split())
    loaded = python("-c", STRANGERS)
    assert loaded.stderr == ""
    assert {m for m in loaded.stdout.split() if not m.startswith("_sysconfigdata")} - before == {"eligibility"}


def test_the_engine_decides_without_django(tmp_path: Path) -> None:
    """The command line, with Django and the application out of reach."""
    barred = "('django', 'rems', 'patients', 'prescribers', 'pharmacies', 'accounts', 'audit', 'celery', 'psycopg')"
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({barred})); "
        f"from eligibility.__main__ import main; sys.exit(main(['check', sys.argv[1]]))"
    )
    ran = python("-c", code, write(tmp_path, good()))
    assert (ran.returncode, ran.stdout) == (0, "ok X1\n1 passed, 0 failed\n")
