"""The sealer: nothing is missed, nothing is sealed twice, and nothing while a person must look."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from audit import merkle
from audit.sealing import keys, loop, rounds
from audit.sealing.seals import GENESIS, seal_hash, seal_message
from rems import database_role
from rems.services import places, postgres, roles
from tests.soak import count
from tests.trail import Trail


def sealed_once(trail: Trail) -> bool:
    """Whether each entry has one leaf, numbered without a gap, of the hash of its text."""
    query = """
        SELECT count(*) = count(DISTINCT l.idx) AND count(*) = max(l.idx) + 1 AND bool_and(l.hash = e.leaf)
           AND count(*) = (SELECT count(*) FROM audit.event) AND count(*) = (SELECT sum(n) FROM audit.seal)
          FROM audit.leaf l JOIN audit.event e ON e.id = l.event_id"""
    return bool(trail.one(query))


def test_a_seal_covers_what_was_committed_links_and_is_signed(trail: Trail) -> None:
    first = trail.seal()[-1]
    trail.written(3)
    (second,) = trail.seal()
    assert (second.no, second.n, second.first_idx, second.prev) == (first.no + 1, 3, first.end, first.hash)
    assert second.txid_from >= first.txid_upto
    assert second.hash == seal_hash(second.said)
    message = seal_message(second.hash)
    assert keys.is_signed(public=trail.key.public, signature=second.signature, message=message)
    with psycopg.connect(trail.addresses.superuser) as connection:
        rows = connection.execute("SELECT payload FROM audit.event ORDER BY id DESC LIMIT 3").fetchall()
    leaves = [merkle.leaf_hash(payload.encode()) for (payload,) in reversed(rows)]
    assert second.root == merkle.root(leaves)
    assert sealed_once(trail)


def test_the_first_seal_names_none_before_it(trail: Trail) -> None:
    assert trail.seal()[0].prev == GENESIS


def test_with_nothing_new_only_the_watermark_moves(trail: Trail) -> None:
    trail.seal()
    before = trail.one("SELECT passed_at FROM audit.watermark")
    assert trail.seal() == []
    assert trail.one("SELECT passed_at FROM audit.watermark") > before


def test_who_commits_late_is_sealed_in_a_later_batch_and_not_missed(trail: Trail) -> None:
    trail.seal()
    with psycopg.connect(trail.addresses.app) as slow:
        trail.write(slow, 2)
        trail.written(3)
        trail.seal(waits=False)
        assert trail.unsealed() == 3  # the quick one's wait for the slow one, which nobody sees yet
        slow.commit()
    assert sum(seal.n for seal in trail.seal()) == 5
    assert sealed_once(trail)


def test_who_never_commits_leaves_a_gap_in_the_numbers_and_nothing_else(trail: Trail) -> None:
    with psycopg.connect(trail.addresses.app) as gone:
        trail.write(gone, 4)
        gone.rollback()
    trail.written(1)
    trail.seal()
    assert sealed_once(trail)


def test_a_long_way_behind_is_caught_up_in_many_seals_that_cut_no_transaction(trail: Trail) -> None:
    trail.seal()
    chance = random.Random(8)  # noqa: S311 - the same order each time
    for _ in range(30):
        trail.written(chance.choice([1, 1, 2, 3, 40]))
    trail.batch = 10
    seals = trail.seal()
    assert len(seals) > 5
    assert max(seal.n for seal in seals) == 40  # a transaction longer than a batch stays whole
    spread = """
        SELECT count(*) FROM (SELECT e.txid FROM audit.event e JOIN audit.leaf l ON l.event_id = e.id
          JOIN audit.seal s ON l.idx >= s.first_idx AND l.idx < s.first_idx + s.n
         GROUP BY e.txid HAVING count(DISTINCT s.no) > 1) cut"""
    assert trail.one(spread) == 0
    assert sealed_once(trail)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Trail]:
    """A trail on a server of its own, where no other test's transaction holds the watermark back."""
    cluster = postgres.Cluster(home=tmp_path / "server", settings=postgres.FORGETFUL)
    tenancy = cluster.start()
    addresses = roles.install(superuser_url=cluster.superuser_url(), database="alone")
    file = tmp_path / "seal.key"
    yield Trail(addresses=addresses, key=keys.make(file), key_file=file)
    cluster.stop(tenancy)


@pytest.mark.soak
def test_under_writers_every_entry_is_sealed_once_within_five_seconds(alone: Trail) -> None:
    """Writers hold their transactions for random times; the seals come from the sealer's own loop."""
    trail = alone
    seconds = count(soak=60, short=4)
    ending = time.monotonic() + seconds

    def write(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311
        with psycopg.connect(trail.addresses.app) as connection:
            while time.monotonic() < ending:
                trail.write(connection, chance.randint(1, 3))
                time.sleep(chance.choice([0, 0.001, 0.02, 0.2]))
                if chance.random() < 0.1:
                    connection.rollback()
                else:
                    connection.commit()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(8)]
    with trail.sealing():
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        trail.await_sealed()
    lag = """
        SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM s.at - e.at))
          FROM audit.event e JOIN audit.leaf l ON l.event_id = e.id
          JOIN audit.seal s ON l.idx >= s.first_idx AND l.idx < s.first_idx + s.n
         WHERE e.action = 'tests.note'"""
    assert trail.one(lag) < 5
    assert sealed_once(trail)


def test_two_sealers_at_once_take_turns(trail: Trail) -> None:
    with trail.sealing() as first, trail.sealing() as second:
        for _ in range(10):
            trail.written(2)
            time.sleep(0.02)
        trail.await_sealed()
    assert sealed_once(trail)
    assert [first, second].count(["Another sealer is at work; this one waits for its turn."]) == 1


def test_who_gets_no_turn_says_so(trail: Trail) -> None:
    with trail.sealer() as other:
        assert loop.take_turn(other)
        with pytest.raises(rounds.Refused, match="Another sealer"):
            loop.seal_all(trail.addresses.sealer, trail.key, seconds=0.2)


def test_a_database_that_went_away_is_come_back_to(trail: Trail) -> None:
    with trail.sealing() as said:
        trail.written(1)
        trail.await_sealed()
        trail.one(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = 'rems-sealer' AND datname = current_database()"
        )
        trail.written(1)
        trail.await_sealed()
    assert said
    assert "Trying again in 1 s" in said[0]
    assert sealed_once(trail)


def process(trail: Trail, *words: str) -> "subprocess.Popen[str]":
    """`manage.py audit …` as the sealer runs it."""
    own = {"REMS_ENV": "test", "DATABASE_URL": trail.addresses.app, "TRAIL_DATABASE_URL": trail.addresses.reader}
    sealer = {"SEALER_DATABASE_URL": trail.addresses.sealer, "SEAL_KEY_FILE": str(trail.key_file)}
    return subprocess.Popen(
        [sys.executable, "manage.py", "audit", *words],
        cwd=places.ROOT,
        env={**os.environ, **own, **sealer},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rems-sealer' AND wait_event_type = 'Lock'
"""


def test_killed_in_the_middle_of_a_batch_it_goes_on_where_it_was(trail: Trail) -> None:
    """An entry that stands still in the seal's own transaction is the middle; the next sealer starts anew."""
    trail.seal()
    trail.written(50)
    with psycopg.connect(trail.addresses.superuser) as holder:
        holder.execute("LOCK TABLE audit.seal IN SHARE MODE")  # leaves go in, the seal has to wait
        with process(trail, "seal", "--loop") as sealer:
            until = time.monotonic() + 30
            while trail.one(WAITING) == 0:
                assert time.monotonic() < until
                time.sleep(0.05)
            sealer.kill()
    assert trail.unsealed() == 50
    with process(trail, "seal", "--loop", "--checkpoints", str(trail.key_file.with_name("marks"))) as sealer:
        trail.await_sealed()
        sealer.send_signal(signal.SIGTERM)
        said, complained = sealer.communicate(timeout=30)
    assert sealer.returncode == 0, complained
    assert '"seal_hash"' in said  # the checkpoint, as a line for the log
    assert sealed_once(trail)


def restore(trail: Trail) -> None:
    """As after a restore: the database is another one than the epoch knows, and counts transactions from the start."""
    with trail.attacker() as connection:
        connection.execute("UPDATE audit.epoch SET system_identifier = '1'")


def test_a_restored_database_is_not_sealed_until_somebody_says_why(trail: Trail) -> None:
    trail.written(3)
    trail.seal()
    trail.written(2)
    restore(trail)
    with process(trail, "seal", "--loop") as sealer:
        complained = sealer.communicate(timeout=30)[1]
    assert sealer.returncode == 3
    assert "epoch 1 of the trail belongs to 1: it was restored or moved" in complained
    assert trail.unsealed() == 2
    with process(trail, "rebase", "--reason", "Restored from the night's backup") as rebase:
        said, complained = rebase.communicate(timeout=30)
    assert rebase.returncode == 0, complained
    assert "epoch 2" in said
    trail.written(1)
    trail.seal()
    assert sealed_once(trail)
    assert trail.one("SELECT array_agg(DISTINCT epoch ORDER BY epoch) FROM audit.seal") == [1, 2]
    assert trail.one("SELECT reason FROM audit.epoch WHERE no = 2") == "Restored from the night's backup"


def test_transactions_that_start_low_again_are_not_sealed_either(trail: Trail) -> None:
    trail.seal()
    with trail.attacker() as connection:
        connection.execute("UPDATE audit.watermark SET txid_upto = 1000000000")
    with pytest.raises(rounds.Refused, match="restored or moved"):
        trail.seal()


def test_who_writes_while_an_epoch_closes_writes_into_the_next(trail: Trail) -> None:
    with trail.sealer() as sealer, psycopg.connect(trail.addresses.app) as app:
        with sealer.transaction():
            sealer.execute("SELECT audit.hold_writers()")
            writer = threading.Thread(target=trail.write, args=(app,))
            writer.start()
            time.sleep(0.3)
            assert writer.is_alive()
            sealer.execute("SELECT audit.open_epoch('A drill.')")
        writer.join(timeout=10)
        app.commit()
    assert trail.one("SELECT epoch FROM audit.event ORDER BY id DESC LIMIT 1") == 2


def test_a_new_key_needs_the_word_of_the_one_before(trail: Trail, tmp_path: Path) -> None:
    trail.seal()
    first, stranger = trail.key, keys.make(tmp_path / "stranger.key")
    trail.written(1)
    trail.key = stranger
    with pytest.raises(rounds.Refused, match="not endorsed"):
        trail.seal()
    with process(trail, "key", str(tmp_path / "new.key"), "--endorse-with", str(trail.key_file)) as making:
        said = making.communicate(timeout=30)[0]
    trail.key = keys.read(tmp_path / "new.key")
    assert trail.key.public.hex() in said
    assert trail.key.endorsed_by == first.id
    assert [seal.key_id for seal in trail.seal()] == [trail.key.id]


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    keys.make(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(keys.Unusable, match="others than its owner"):
        keys.read(tmp_path / "key")
    with pytest.raises(keys.Unusable, match="File exists"):
        keys.make(tmp_path / "key")
    (tmp_path / "other").write_text("{}")
    with pytest.raises(keys.Unusable, match="holds no key"):
        keys.read(tmp_path / "other")


def test_production_does_not_serve_where_it_could_seal(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.PRODUCTION = True
    keys.make(tmp_path / "key")
    monkeypatch.setenv("SEAL_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="this process can read it"):
        database_role.require_powerless()
    monkeypatch.setenv("SEALER_DATABASE_URL", "postgresql://audit_sealer@/rems")
    with pytest.raises(ImproperlyConfigured, match="is the sealer's own"):
        database_role.require_powerless()


def test_a_checkpoint_that_cannot_be_kept_does_not_stop_the_sealing(trail: Trail, tmp_path: Path) -> None:
    said: list[str] = []
    told: list[str] = []
    sealer = loop.Sealer(
        url=trail.addresses.sealer,
        key=trail.key,
        say=said.append,
        tell=told.append,
        checkpoints_file=tmp_path / "missing" / "marks",
    )
    running = threading.Thread(target=sealer.run, daemon=True)
    running.start()
    trail.written(3)
    trail.await_sealed()
    sealer.stopped.set()
    running.join(timeout=60)
    assert "cannot be kept" in said[0]
    assert len(told) == 1
