"""The cast of the program."""

from tests.rems.program_cast import cast

__all__ = ["cast"]
