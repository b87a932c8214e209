"""Any change of what is sealed is found: one at a time, at random, of every column of every table of the tree."""

import random
import string
from collections import Counter
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from audit.verifying import Verdict
from tests.soak import count
from tests.trail import Connection, Kept, Trail, check, past_guards

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
TIMES = [timedelta(microseconds=n) for n in (1, 1000, 10**6, 10**10)]
LETTERS = string.ascii_letters + string.digits


class Unmutated(Exception):
    """The database did not take it: nothing was changed."""


def mutate(connection: Connection, table: str, chance: random.Random) -> str:
    """Change one thing of a table, and say what."""
    name = sql.Identifier("audit", table)
    places = connection.execute(sql.SQL("SELECT ctid::text FROM {} ORDER BY ctid").format(name)).fetchall()
    one, other = (place for (place,) in chance.sample(places, 2))
    how = chance.choices(["change", "swap", "delete"], weights=[8, 2, 1])[0]
    if how == "delete":
        connection.execute(sql.SQL("DELETE FROM {} WHERE ctid = %s::tid").format(name), [one])
        return f"a row of {table} deleted"
    column = chance.choice(list(COLUMNS[table]))
    parts = {"table": name, "column": sql.Identifier(column)}
    value = sql.SQL("SELECT {column} FROM {table} WHERE ctid = %s::tid").format(**parts)
    mine, theirs = (connection.execute(value, [place]).fetchall()[0][0] for place in (one, other))
    change = sql.SQL("UPDATE {table} SET {column} = %s WHERE ctid = %s::tid RETURNING ctid::text").format(**parts)
    if how == "change":
        connection.execute(change, [changed(mine, COLUMNS[table][column], chance), one])
        return f"{table}.{column} changed"
    if mine == theirs:
        raise Unmutated
    # A number that is unique is out of the way while the other row takes it.
    aside = 10**9 if COLUMNS[table][column] == "number" else mine
    moved = connection.execute(change, [aside, one]).fetchall()[0][0]
    connection.execute(change, [mine, other])
    connection.execute(change, [theirs, moved])
    return f"{table}.{column} swapped between two rows"


def changed(value: Any, sort: str, chance: random.Random) -> Any:
    """Another value of the sort."""
    if sort == "number":
        return value + chance.choice([-1, 1, 7, -100, 10**6])
    if sort == "time":
        return value + chance.choice([-1, 1]) * chance.choice(TIMES)
    if sort == "bytes":
        place = chance.randrange(len(value))
        return value[:place] + bytes([value[place] ^ (1 << chance.randrange(8))]) + value[place + 1 :]
    place = chance.choice([place for place, letter in enumerate(value) if letter in LETTERS])
    other = chance.choice([letter for letter in LETTERS if letter != value[place]])
    return value[:place] + other + value[place + 1 :]


def test_every_random_mutation_is_found(spoiled: tuple[Trail, Kept, Connection]) -> None:
    trail, kept, connection = spoiled
    rounds, chance = count(soak=10_000, short=150), random.Random(20261125)  # noqa: S311 - the same order each time
    done: Counter[str] = Counter()
    while done.total() < rounds:
        table = chance.choice(list(COLUMNS))
        try:
            with past_guards(connection, table):
                what = mutate(connection, table, chance)
        except (Unmutated, psycopg.IntegrityError, psycopg.DataError):
            connection.rollback()
            continue
        connection.commit()
        outcome = check(trail, tables={}, streams=1)
        assert outcome.verdict is Verdict.ALTERED, f"{what}, and not found (mutation {done.total()})"
        done[what] += 1
        kept.put_back(table)
    assert check(trail).verdict is Verdict.SOUND
    assert len(done) > count(soak=40, short=25), done
