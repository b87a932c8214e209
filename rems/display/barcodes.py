"""Code 128, set B: a number as bars that any scanner at a counter reads (ISO/IEC 15417)."""

from typing import NamedTuple

QUIET, HEIGHT, MARGIN = 12, 60, 8
START_B, STOP, MODULUS, FIRST = 104, "2331112", 103, 32
PATTERNS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 "
    "122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 "
    "322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 "
    "112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 "
    "331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 "
    "112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 "
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 "
    "411311 113141 114131 311141 411131 211412 211214 211232"
)
"""For each value the widths of three bars and three spaces, in modules."""
WIDTHS = PATTERNS.split()


class Bar(NamedTuple):
    """One bar: where it begins and how wide it is, in modules."""

    x: int
    width: int


class Barcode(NamedTuple):
    """All bars, and the width of the plate with its quiet zones."""

    bars: tuple[Bar, ...]
    width: int


def code_128(text: str) -> Barcode:
    """The bars of a text of printable ASCII. ValueError for any other character."""
    values = [ord(character) - FIRST for character in text]
    if not values or not all(0 <= value < 95 for value in values):
        raise ValueError("Code 128 B takes printable ASCII.")
    check = (START_B + sum(place * value for place, value in enumerate(values, start=1))) % MODULUS
    widths = "".join(WIDTHS[value] for value in (START_B, *values, check)) + STOP
    bars: list[Bar] = []
    x = QUIET
    for place, width in enumerate(map(int, widths)):
        if place % 2 == 0:
            bars.append(Bar(x, width))
        x += width
    return Barcode(tuple(bars), x + QUIET)
