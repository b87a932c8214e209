"""Whoever alters the trail as superuser is found, and where is said."""

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from psycopg import sql
from pytest_django import Settings

from audit import merkle
from audit.sealing import checkpoints, keys, loop
from audit.sealing.seals import COLUMNS, from_row, seal_hash, seal_message
from audit.verifying import Verdict
from tests.trail import Connection, Kept, Trail, check, checkpoint, first, past_guards

pytestmark = pytest.mark.xdist_group("tampering")


def test_what_nobody_touched_is_sound(sealed: Trail, tmp_path: Path) -> None:
    given = checkpoint(sealed, tmp_path / "marks")
    outcome = check(sealed, checkpoints=given, public_key=sealed.key.public)
    assert (outcome.verdict, outcome.faults, outcome.warnings) == (Verdict.SOUND, (), ())
    assert outcome.entries == sealed.one("SELECT count(*) FROM audit.event") > 40
    assert (outcome.seals, outcome.unsealed, outcome.exit_code) == (5, 0, 0)
    assert outcome.rows > 5
    assert outcome.head == sealed.one("SELECT encode(hash, 'hex') FROM audit.seal ORDER BY no DESC LIMIT 1")


NOTE = r"(SELECT id FROM audit.event WHERE action = 'tests.note' ORDER BY id OFFSET \1 LIMIT 1)"
"""The number of a note: `[3]` in an attack's words."""
ATTACKS = {
    "one byte of an entry": (
        "UPDATE audit.event SET payload = replace(payload, '\"n\": 5', '\"n\": 6') WHERE id = [3]",
        r"^entry \d+: its text is not what was sealed",
    ),
    "one byte and the hash beside it": (
        """UPDATE audit.event SET payload = replace(payload, '"n": 5', '"n": 6'),
            leaf = sha256('\\x00'::bytea || convert_to(replace(payload, '"n": 5', '"n": 6'), 'UTF8'))
            WHERE id = [3]""",
        r"^entry \d+: its text is not what was sealed",
    ),
    "one byte, the hash beside it and its leaf": (
        """UPDATE audit.event SET payload = replace(payload, '"n": 5', '"n": 6') WHERE id = [3];
            UPDATE audit.event SET leaf = sha256('\\x00'::bytea || convert_to(payload, 'UTF8'))
             WHERE id = [3];
            UPDATE audit.leaf l SET hash = e.leaf FROM audit.event e WHERE e.id = l.event_id""",
        r"^seal \d+: its leaves do not have its root",
    ),
    "the hash beside an entry": (
        "UPDATE audit.event SET leaf = sha256('x') WHERE id = [7]",
        r"^entry \d+: the hash beside it is not its text's",
    ),
    "the time beside an entry": (
        "UPDATE audit.event SET at = at - interval '1 day' WHERE id = [7]",
        r"^entry \d+: what stands beside its text says something else",
    ),
    "the transaction beside an entry": (
        "UPDATE audit.event SET txid = txid + 1 WHERE id = [7]",
        r"^entry \d+: what stands beside its text says something else",
    ),
    "two entries swapped": (
        """UPDATE audit.event a SET payload = b.payload, leaf = b.leaf FROM audit.event b
            WHERE (a.id, b.id) IN ((10, 11), (11, 10))""",
        r"^entry 10: its text is not what was sealed",
    ),
    "two leaves swapped": (
        """UPDATE audit.leaf SET event_id = -event_id WHERE idx IN (20, 21);
           UPDATE audit.leaf a SET event_id = -b.event_id, hash = b.hash FROM audit.leaf b
            WHERE (a.idx, b.idx) IN ((20, 21), (21, 20))""",
        r"^seal \d+: its leaves do not have its root",
    ),
    "an entry deleted": (
        "DELETE FROM audit.event WHERE id = [9]",
        r"^entry \d+: it is gone; it was leaf \d+",
    ),
    "an entry and its leaf deleted": (
        "DELETE FROM audit.leaf WHERE event_id = [9]; DELETE FROM audit.event WHERE id = [9]",
        r"^seal \d+: 1 of its \d+ leaves are gone",
    ),
    "a leaf deleted": (
        "DELETE FROM audit.leaf WHERE event_id = [9]",
        r"^entry \d+: its transaction \d+ was over when \d+ was sealed",
    ),
    "an entry forged into an old transaction": (
        """INSERT INTO audit.event (id, epoch, txid, at, payload, leaf)
           SELECT 999999, epoch, txid, at, p, sha256('\\x00'::bytea || convert_to(p, 'UTF8')) FROM (
             SELECT epoch, txid, at, jsonb_set(payload::jsonb, '{id}', '999999')::text AS p
               FROM audit.event WHERE action = 'tests.note' ORDER BY id LIMIT 1) old""",
        r"^entry 999999: its transaction \d+ was over when \d+ was sealed: it was put there later",
    ),
    "an entry forged into a transaction to come": (
        """INSERT INTO audit.event (id, epoch, txid, at, payload, leaf)
           SELECT 999999, 1, 4000000000, at, p, sha256('\\x00'::bytea || convert_to(p, 'UTF8')) FROM (
             SELECT at, (payload::jsonb || '{"id": 999999, "txid": 4000000000}')::text AS p
               FROM audit.event WHERE action = 'tests.note' ORDER BY id LIMIT 1) old""",
        r"^entry 999999: its transaction 4000000000 is still to come",
    ),
    "an entry forged and given a leaf": (
        """INSERT INTO audit.event (id, epoch, txid, at, payload, leaf)
           SELECT 999999, epoch, txid, at, p, sha256('\\x00'::bytea || convert_to(p, 'UTF8')) FROM (
             SELECT epoch, txid, at, jsonb_set(payload::jsonb, '{id}', '999999')::text AS p
               FROM audit.event WHERE action = 'tests.note' ORDER BY id LIMIT 1) old;
           INSERT INTO audit.leaf SELECT max(idx) + 1, 999999, (SELECT leaf FROM audit.event WHERE id = 999999)
             FROM audit.leaf""",
        r"^leaf \d+: no seal covers it \(entry 999999\)",
    ),
    "a seal's time": (
        "UPDATE audit.seal SET at = at - interval '1 hour' WHERE no = 3",
        r"^seal 3: what it says is not what its hash covers",
    ),
    "a seal's signature": (
        "UPDATE audit.seal SET signature = set_byte(signature, 5, get_byte(signature, 5) # 1) WHERE no = 2",
        r"^seal 2: its signature is not its key's",
    ),
    "a seal in the middle deleted": ("DELETE FROM audit.seal WHERE no = 3", r"^seal 4: seal 3 is missing before it"),
    "an epoch's reason": (
        "UPDATE audit.epoch SET reason = 'Nothing happened.'",
        r"^epochs: they are not those that entries of the trail opened",
    ),
    "an epoch nobody opened": (
        "INSERT INTO audit.epoch (no, system_identifier, reason) SELECT 2, system_identifier, 'x' FROM audit.epoch",
        r"^epochs: they are not those",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_found_and_its_place_named(spoiled: tuple[Trail, Kept, Connection], attack: str) -> None:
    trail, kept, connection = spoiled
    statement, expected = ATTACKS[attack]
    with past_guards(connection):
        connection.execute(sql.SQL(re.sub(r"\[(\d)\]", NOTE, statement)))
    connection.commit()
    found = check(trail, tables={})
    kept.put_back()
    assert re.search(expected, first(found))


def test_what_was_put_back_is_sound(spoiled: tuple[Trail, Kept, Connection]) -> None:
    """Else the attacks above could be found by what the one before left behind."""
    assert check(spoiled[0]).verdict is Verdict.SOUND


def reseal(trail: Trail, connection: Connection, key: keys.Key) -> None:
    """What an attacker with a key of their own, or the sealer's, can do: every hash, root, link and signature anew."""
    connection.execute("UPDATE audit.event SET leaf = sha256('\\x00'::bytea || convert_to(payload, 'UTF8'))")
    connection.execute("UPDATE audit.leaf l SET hash = e.leaf FROM audit.event e WHERE e.id = l.event_id")
    before = bytes(32)
    for row in connection.execute(f"SELECT {COLUMNS} FROM audit.seal ORDER BY no").fetchall():  # noqa: S608
        seal = from_row(row)
        query = "SELECT hash FROM audit.leaf WHERE idx >= %s AND idx < %s ORDER BY idx"
        leaves = [digest for (digest,) in connection.execute(query, [seal.first_idx, seal.end])]
        said = {**seal.said, "root": merkle.root(leaves).hex(), "prev": before.hex(), "key_id": key.id}
        before = seal_hash(said)
        signature = key.sign(seal_message(before))
        values = [merkle.root(leaves), said["prev"], before, signature, key.id, seal.no]
        connection.execute(
            "UPDATE audit.seal SET root = %s, prev = decode(%s, 'hex'), hash = %s, signature = %s, key_id = %s"
            " WHERE no = %s",
            values,
        )


def test_a_history_written_anew_with_another_key_is_found_by_the_key(sealed: Trail, tmp_path: Path) -> None:
    other = keys.make(tmp_path / "other")
    with sealed.attacker() as connection:
        connection.execute("UPDATE audit.event SET payload = replace(payload, '\"n\": 5', '\"n\": 6')")
        connection.execute("UPDATE audit.key SET id = %s, public = %s", [other.id, other.public])
        reseal(sealed, connection, other)
    assert check(sealed).verdict is Verdict.SOUND  # whoever keeps neither the key nor a checkpoint outside sees nothing
    assert "does not know the public key that was given" in first(check(sealed, public_key=sealed.key.public))


def test_a_history_written_anew_with_the_sealers_key_is_found_by_a_checkpoint(sealed: Trail, tmp_path: Path) -> None:
    given = checkpoint(sealed, tmp_path / "marks")
    with sealed.attacker() as connection:
        connection.execute("UPDATE audit.event SET payload = replace(payload, '\"n\": 5', '\"n\": 6')")
        reseal(sealed, connection, sealed.key)
    assert check(sealed, public_key=sealed.key.public).verdict is Verdict.SOUND  # as the decision record says
    assert "seal 5 is another one now: history was replaced" in first(check(sealed, checkpoints=given))


def test_a_later_key_seals_by_the_word_of_the_one_before(sealed: Trail, tmp_path: Path) -> None:
    first_public = sealed.key.public
    sealed.key = keys.make(tmp_path / "later", endorser=sealed.key)
    sealed.written(2)
    sealed.seal()
    given = checkpoint(sealed, tmp_path / "marks")
    assert check(sealed, public_key=first_public, checkpoints=given).verdict is Verdict.SOUND
    with sealed.attacker() as connection:
        connection.execute("UPDATE audit.key SET endorsement = sha256('') WHERE endorsed_by IS NOT NULL")
    assert first(check(sealed)) == f"key {sealed.key.id}: no key before it endorsed it"


CUT = """
DELETE FROM audit.event e USING audit.leaf l WHERE l.event_id = e.id
   AND l.idx >= (SELECT first_idx FROM audit.seal WHERE no = 5);
DELETE FROM audit.leaf WHERE idx >= (SELECT first_idx FROM audit.seal WHERE no = 5);
DELETE FROM audit.seal WHERE no = 5;
UPDATE audit.watermark SET txid_upto = (SELECT txid_upto FROM audit.seal WHERE no = 4), checkpoint_seal = NULL
"""


def test_a_tail_that_was_cut_off_is_found_by_a_checkpoint_and_by_nothing_else(sealed: Trail, tmp_path: Path) -> None:
    given = checkpoint(sealed, tmp_path / "marks")
    with sealed.attacker() as connection:
        connection.execute(sql.SQL(CUT))
    assert check(sealed).verdict is Verdict.SOUND  # nothing in the database says that there was more
    found = first(check(sealed, checkpoints=given))
    assert found.startswith("checkpoint 1 ")
    assert "is gone: the trail's end was cut off" in found


def test_a_checkpoint_that_somebody_wrote_is_found(sealed: Trail, tmp_path: Path) -> None:
    file = tmp_path / "marks"
    checkpoint(sealed, file)
    file.write_text(file.read_text().replace('"size":', '"size":1'))
    assert "is not signed by a key that may seal" in first(check(sealed, checkpoints=checkpoints.read(file)))
    file.write_text('{"seal": 1}\n')
    with pytest.raises(checkpoints.Unreadable, match="line 1 is no checkpoint"):
        checkpoints.read(file)


def test_what_a_restore_lost_is_said_with_its_reason(sealed: Trail, tmp_path: Path) -> None:
    given = checkpoint(sealed, tmp_path / "marks")
    with sealed.attacker() as connection:
        connection.execute(sql.SQL(CUT))
        connection.execute("UPDATE audit.epoch SET system_identifier = '1'")
    before = check(sealed)
    assert before.verdict is Verdict.SOUND
    assert "restored or moved" in before.warnings[0]
    loop.rebase(sealed.addresses.sealer, sealed.key, reason="Restored from the night's backup")
    sealed.seal()
    assert check(sealed).verdict is Verdict.SOUND
    found = first(check(sealed, checkpoints=given))
    assert "seal 5 of epoch 1 is lost; epoch 2 was opened since: Restored from the night's backup" in found


def command(trail: Trail, settings: Settings, *words: str) -> tuple[int, str]:
    """The exit code of `manage.py audit verify` and what it says."""
    settings.TRAIL_DATABASE_URL = trail.addresses.reader
    output = io.StringIO()
    try:
        call_command("audit", "verify", *words, stdout=output)
    except CommandError as error:
        return error.returncode, str(error)
    except SystemExit as ending:
        return int(ending.code or 0), output.getvalue()
    raise AssertionError("It gave no exit code.")


def test_the_command_says_sound_altered_or_that_it_cannot_tell(
    sealed: Trail, settings: Settings, tmp_path: Path
) -> None:
    checkpoint(sealed, tmp_path / "marks")
    given = ("--checkpoints", str(tmp_path / "marks"), "--public-key", sealed.key.public.hex())
    code, said = command(sealed, settings, *given)
    assert code == 0
    assert re.match(r"Sound\. \d+ entries in 5 seals, \d+ rows and 1 checkpoints in [\d.]+ s; 0 wait", said)
    assert command(sealed, settings, "--from", "2026-01-01", "--to", "2026-01-02")[0] == 0
    with sealed.attacker() as connection:
        connection.execute("UPDATE audit.seal SET signature = sha256('') WHERE no = 2")
    code, said = command(sealed, settings)
    assert code == 1
    assert "ALTERED." in said
    assert "The first bad place is seal 2: its signature is not its key's" in said
    code, said = command(sealed, settings, "--json")
    assert (code, json.loads(said)["verdict"], json.loads(said)["faults"][0]["place"]) == (1, "altered", "seal 2")
    (tmp_path / "marks").write_text("?")
    for words in (("--checkpoints", str(tmp_path / "marks")), ("--public-key", "xyz")):
        assert command(sealed, settings, *words)[0] == 2
