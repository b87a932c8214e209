"""Any change of what is sealed is found: one at a time, at random, of every column of every table of the tree."""

import random
import string
from collections import Counter
from typing import Any

import psycopg
import pytest
from psycopg import sql

from audit.verifying import Verdict
from tests.soak import count
from tests.trail import Connection, Copies, Trail, check, switch

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("tampering")]

COLUMNS = {
    "event": {
        "id": "number",
        "epoch": "number",
        "txid": "number",
        "at": "time",
        "payload": "text",
        "leaf": "bytes",
    },
    "leaf": {"idx": "number", "event_id": "number", "hash": "bytes"},
    "seal": {
        "no": "number",
        "epoch": "number",
        "first_idx": "number",
        "n": "number",
        "txid_from": "number",
        "txid_upto": "number",
        "root": "bytes",
        "prev": "bytes",
        "hash": "bytes",
        "signature": "bytes",
        "key_id": "text",
        "at": "time",
    },
}
LETTERS = string.ascii_letters + string.digits


class Unmutated(Exception):
    """The database did not take it: nothing was changed."""


def mutate(connection: Connection, chance: random.Random) -> str:
    """Change one thing, and say what."""
    table = chance.choice(list(COLUMNS))
    how = chance.choices(["change", "swap", "delete"], weights=[8, 2, 1])[0]
    rows = [place for (place,) in connection.execute(f"SELECT ctid::text FROM audit.{table} ORDER BY ctid")]  # type: ignore[arg-type]
    one, other = chance.sample(rows, 2)
    if how == "delete":
        connection.execute(f"DELETE FROM audit.{table} WHERE ctid = %s::tid", [one])  # type: ignore[arg-type]
        return f"a row of {table} deleted"
    column = chance.choice(list(COLUMNS[table]))
    query = f"SELECT (SELECT {column} FROM audit.{table} WHERE ctid = %s::tid), (SELECT {column} FROM audit.{table} WHERE ctid = %s::tid)"
    mine, theirs = connection.execute(query, [one, other]).fetchall()[0]  # type: ignore[arg-type]
    change = f"UPDATE audit.{table} SET {column} = %s WHERE ctid = %s::tid"
    if how == "swap":
        if mine == theirs:
            raise Unmutated
        # A key that is unique is out of the way while the other row takes it.
        if COLUMNS[table][column] == "number":
            connection.execute(change, [10**9, one])  # type: ignore[arg-type]
            connection.execute(change, [mine, other])  # type: ignore[arg-type]
            last = f"UPDATE audit.{table} SET {column} = %s WHERE {column} = {10**9}"
            connection.execute(last, [theirs])  # type: ignore[arg-type]
        else:
            connection.execute(change, [theirs, one])  # type: ignore[arg-type]
            connection.execute(change, [mine, other])  # type: ignore[arg-type]
        return f"{table}.{column} swapped between two rows"
    connection.execute(change, [changed(mine, COLUMNS[table][column], chance), one])  # type: ignore[arg-type]
    return f"{table}.{column} changed"


def changed(value: Any, sort: str, chance: random.Random) -> Any:
    """Another value of the sort."""
    if sort == "number":
        return value + chance.choice([-1, 1, 7, -100, 10**6])
    if sort == "bytes":
        place = chance.randrange(len(value))
        return value[:place] + bytes([value[place] ^ (1 << chance.randrange(8))]) + value[place + 1 :]
    if sort == "time":
        return f"{value + chance.choice([-1, 1]) * psycopg_interval(chance)}"
    place = chance.choice([place for place, letter in enumerate(value) if letter in LETTERS])
    other = chance.choice([letter for letter in LETTERS if letter != value[place]])
    return value[:place] + other + value[place + 1 :]


def psycopg_interval(chance: random.Random) -> Any:
    from datetime import timedelta

    return timedelta(microseconds=chance.choice([1, 1000, 10**6, 10**10]))


SAVED = {table: ", ".join(columns) for table, columns in COLUMNS.items()}


def save(connection: Connection) -> None:
    """Keep the tables as they are."""
    for table, columns in SAVED.items():
        connection.execute(f"CREATE TEMP TABLE was_{table} AS SELECT {columns} FROM audit.{table}")  # type: ignore[arg-type]


def put_back(connection: Connection) -> None:
    """The tables as they were."""
    for table, columns in SAVED.items():
        connection.execute(f"DELETE FROM audit.{table}")  # type: ignore[arg-type]
        connection.execute(f"INSERT INTO audit.{table} ({columns}) SELECT {columns} FROM was_{table}")  # type: ignore[arg-type]


def test_every_random_mutation_is_found(copies: Copies) -> None:
    sealed = copies.take()
    rounds, chance = count(soak=10_000, short=150), random.Random(20261125)  # noqa: S311 - the same order each time
    done: Counter[str] = Counter()
    with psycopg.connect(sealed.addresses.superuser) as connection:
        save(connection)
        connection.commit()
        while done.total() < rounds:
            try:
                what = attack(connection, chance)
            except (Unmutated, psycopg.IntegrityError, psycopg.DataError):
                connection.rollback()
                continue
            outcome = check(sealed, tables={}, streams=1)
            assert outcome.verdict is Verdict.ALTERED, f"{what}, and not found (mutation {done.total()})"
            done[what] += 1
            mend(connection)
    assert check(sealed).verdict is Verdict.SOUND
    assert len(done) > count(soak=40, short=25), done


def attack(connection: Connection, chance: random.Random) -> str:
    """One mutation by a superuser who knows how to go past every trigger, and leaves the triggers as they were."""
    connection.execute("SET LOCAL session_replication_role = replica")
    switch(connection, "DISABLE TRIGGER")
    what = mutate(connection, chance)
    switch(connection, "ENABLE ALWAYS TRIGGER")
    connection.commit()
    return what


def mend(connection: Connection) -> None:
    connection.execute("SET LOCAL session_replication_role = replica")
    switch(connection, "DISABLE TRIGGER")
    put_back(connection)
    switch(connection, "ENABLE ALWAYS TRIGGER")
    connection.commit()
