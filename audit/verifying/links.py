"""Seals, keys, epochs and checkpoints: whether each follows from the one before and is signed by a key that may."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.sealing import keys
from audit.sealing.checkpoints import Checkpoint
from audit.sealing.seals import COLUMNS, GENESIS, Seal, from_row, seal_hash, seal_message
from audit.verifying.instant import Connection
from audit.verifying.outcome import Fault, fault

OPENINGS = """
SELECT (payload::jsonb #>> '{details,epoch}')::integer, payload::jsonb ->> 'reason' FROM audit.event
 WHERE action = 'audit.open_epoch' ORDER BY id
"""
HERE = "SELECT system_identifier::text FROM pg_control_system()"
MARKED = "SELECT epoch, txid_upto, checkpoint_seal FROM audit.watermark"


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """A stretch of the trail in one database, until that was restored or moved."""

    no: int
    system_identifier: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The seals in their order, the keys, the epochs; and how far the sealer says to have come."""

    seals: Sequence[Seal]
    publics: dict[str, bytes]
    endorsements: dict[str, tuple[str, bytes]]
    epochs: Sequence[Epoch]
    openings: Sequence[tuple[int, str]]
    here: str
    watermark: tuple[int, int, int | None] | None

    @property
    def end(self) -> int:
        """How many entries are sealed."""
        return self.seals[-1].end if self.seals else 0

    @property
    def is_elsewhere(self) -> bool:
        """Whether this database is another one than the newest epoch's: restored or moved, and nobody said so yet."""
        return bool(self.epochs) and self.epochs[-1].system_identifier != self.here

    def lowest(self, epoch: int) -> int:
        """The transaction before which the epoch is sealed."""
        upto = max((seal.txid_upto for seal in self.seals if seal.epoch == epoch), default=0)
        if self.watermark and self.watermark[0] == epoch:
            upto = max(upto, self.watermark[1])
        return upto


def read_chain(connection: Connection) -> Chain:
    """All of it, as it stands."""
    publics: dict[str, bytes] = {}
    endorsements: dict[str, tuple[str, bytes]] = {}
    for name, public, by, endorsement in connection.execute(
        "SELECT id, public, endorsed_by, endorsement FROM audit.key ORDER BY introduced_at, id"
    ):
        publics[name] = public
        if by is not None:
            endorsements[name] = (by, endorsement or b"")
    epochs = connection.execute("SELECT no, system_identifier, reason FROM audit.epoch ORDER BY no").fetchall()
    seals = connection.execute(f"SELECT {COLUMNS} FROM audit.seal ORDER BY no").fetchall()  # noqa: S608
    return Chain(
        seals=[from_row(row) for row in seals],
        publics=publics,
        endorsements=endorsements,
        epochs=[Epoch(no=no, system_identifier=system, reason=reason) for no, system, reason in epochs],
        openings=connection.execute(OPENINGS).fetchall(),
        here=connection.execute(HERE).fetchall()[0][0],
        watermark=connection.execute(MARKED).fetchone(),
    )


def trusted_keys(chain: Chain, *, public_key: bytes | None) -> tuple[set[str], list[Fault]]:
    """The keys that may seal: the first or the given one, and those that they endorsed, one after the other."""
    faults = [
        fault(f"key {name}", "its name is not that of its public half")
        for name, public in chain.publics.items()
        if keys.id_of(public) != name
    ]
    if public_key is not None:
        root = keys.id_of(public_key)
        trusted = {name for name, public in chain.publics.items() if public == public_key and name == root}
        if not trusted:
            return set(), [*faults, fault(f"key {root}", "the trail does not know the public key that was given")]
    else:
        trusted = {name for name in list(chain.publics)[:1] if name not in chain.endorsements}
    is_growing = True
    while is_growing:
        more = {name for name in chain.publics if name not in trusted and _is_endorsed(chain, name, trusted)}
        trusted |= more
        is_growing = bool(more)
    unendorsed = [name for name in chain.publics if name not in trusted and public_key is None]
    return trusted, [*faults, *(fault(f"key {name}", "no key before it endorsed it") for name in unendorsed)]


def _is_endorsed(chain: Chain, name: str, trusted: set[str]) -> bool:
    by, endorsement = chain.endorsements.get(name, ("", b""))
    message = keys.endorsement_message(chain.publics[name])
    return by in trusted and keys.is_signed(public=chain.publics[by], signature=endorsement, message=message)


def check_seals(chain: Chain, trusted: set[str], *, signed_from: int = 0) -> Iterator[Fault]:
    """Each seal follows the one before it, is hashed over what it says, and signed; signatures from a number on."""
    before: Seal | None = None
    for seal in chain.seals:
        where = f"seal {seal.no}"
        wrong = _broken_link(seal, before)
        if wrong:
            yield fault(where, wrong, leaf=seal.first_idx)
        if seal.hash != seal_hash(seal.said):
            yield fault(where, "what it says is not what its hash covers", leaf=seal.first_idx)
        elif seal.no >= signed_from:
            if seal.key_id not in trusted:
                yield fault(where, f"the key {seal.key_id} may not seal", leaf=seal.first_idx)
            elif not keys.is_signed(
                public=chain.publics[seal.key_id], signature=seal.signature, message=seal_message(seal.hash)
            ):
                yield fault(where, "its signature is not its key's", leaf=seal.first_idx)
        before = seal


def _broken_link(seal: Seal, before: Seal | None) -> str:
    """What does not follow, or nothing."""
    expected = (before.no + 1, before.end, before.hash) if before else (1, 0, GENESIS)
    if seal.no != expected[0]:
        return f"seal {expected[0]} is missing before it"
    if seal.first_idx != expected[1]:
        return f"it begins with leaf {seal.first_idx} and not {expected[1]}"
    if seal.prev != expected[2]:
        return "it names another one before it"
    if before and seal.epoch < before.epoch:
        return "its epoch is before the last one's"
    return ""


def check_epochs(chain: Chain) -> Iterator[Fault]:
    """Epochs are numbered from 1, each was opened by an entry that gives its reason, and no seal has another."""
    if [epoch.no for epoch in chain.epochs] != list(range(1, len(chain.epochs) + 1)):
        yield fault("epochs", "they are not numbered one after the other")
    opened = [(epoch.no, epoch.reason) for epoch in chain.epochs]
    if sorted(chain.openings) != opened:
        yield fault("epochs", "they are not those that entries of the trail opened")
    known = {epoch.no for epoch in chain.epochs}
    for seal in chain.seals:
        if seal.epoch not in known:
            yield fault(f"seal {seal.no}", f"there is no epoch {seal.epoch}", leaf=seal.first_idx)


def check_checkpoints(chain: Chain, trusted: set[str], given: Sequence[Checkpoint]) -> Iterator[Fault]:
    """Each checkpoint is signed, and its seal stands as it did then."""
    seals = {seal.no: seal for seal in chain.seals}
    marked = chain.watermark[2] if chain.watermark else None
    if marked is not None and marked not in seals:
        yield fault(f"seal {marked}", "a checkpoint of it was taken, and it is gone")
    for number, checkpoint in enumerate(given, 1):
        where = f"checkpoint {number} ({checkpoint.time})"
        if not _is_true(checkpoint, chain, trusted):
            yield fault(where, "it is not signed by a key that may seal")
            continue
        seal = seals.get(checkpoint.seal)
        if seal is not None and _says(seal) == (checkpoint.seal_hash, checkpoint.root, checkpoint.size):
            continue
        yield fault(where, _loss(chain, checkpoint, seal))


def _says(seal: Seal) -> tuple[str, str, int]:
    return seal.hash.hex(), seal.root.hex(), seal.end


def _is_true(checkpoint: Checkpoint, chain: Chain, trusted: set[str]) -> bool:
    try:
        signature = bytes.fromhex(checkpoint.signature)
    except ValueError:
        return False
    return checkpoint.key_id in trusted and keys.is_signed(
        public=chain.publics[checkpoint.key_id], signature=signature, message=checkpoint.message
    )


def _loss(chain: Chain, checkpoint: Checkpoint, seal: Seal | None) -> str:
    """What became of what the checkpoint saw. A restore that somebody gave a reason for is named, and is a loss."""
    later = [epoch for epoch in chain.epochs if epoch.no > checkpoint.epoch]
    if later and (seal is None or seal.epoch > checkpoint.epoch):
        return (
            f"seal {checkpoint.seal} of epoch {checkpoint.epoch} is lost; epoch {later[0].no} was opened since:"
            f" {later[0].reason}"
        )
    if seal is None:
        return f"seal {checkpoint.seal} with {checkpoint.size} entries is gone: the trail's end was cut off"
    return f"seal {checkpoint.seal} is another one now: history was replaced"
