"""The cast: who they are, and which state each of them shows."""

from rems.demo.cast.asking import ASKING
from rems.demo.cast.away import AWAY
from rems.demo.cast.counter import COUNTER
from rems.demo.cast.member import Expected, Member
from rems.demo.cast.ready import READY
from rems.demo.cast.repeated import REPEATED
from rems.demo.cast.reports import REPORTS
from rems.demo.cast.standing import STANDING

CAST: tuple[Member, ...] = (*READY, *COUNTER, *REPORTS, *STANDING, *ASKING, *AWAY, *REPEATED)

__all__ = ["CAST", "Expected", "Member"]
