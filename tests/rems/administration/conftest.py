"""The program's cast for every test of these pages."""

from tests.rems.program_cast import cast, standing_clock

__all__ = ["cast", "standing_clock"]
