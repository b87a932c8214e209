"""Whether the gate of the whole site is closed by hand. Asked by the gate itself, inside its acts."""

from rems.models import Downtime

WORDS = "Downtime: the gate is closed. Nothing was done, and no number was given."


class Down(Exception):
    """Downtime mode is on. Nothing was done."""

    def __init__(self) -> None:
        super().__init__(WORDS)


def downtime_now() -> Downtime | None:
    """The downtime that is on; None: the gate is open."""
    return Downtime.objects.filter(off_at__isnull=True).first()


def must_be_up() -> None:
    """Raises Down while downtime mode is on."""
    if downtime_now() is not None:
        raise Down
