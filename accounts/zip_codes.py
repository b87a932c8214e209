"""The state of a ZIP code, by its first three digits.

Source: the United States Postal Service's three-digit prefixes (Domestic Mail Manual, labeling list L002),
compared in November 2026 with the 42,000 codes of the package zipcodes 3.0.0: they differ in EXCEPT alone.
Military mail, the Pacific territories and prefixes of single offices are left out: there the state is asked for.
"""

from functools import cache

PREFIXES = """
    005 NY  006-007 PR  008 VI  009 PR  010-027 MA  028-029 RI  030-038 NH  039-049 ME  050-054 VT  055 MA  056-059 VT
    060-069 CT  070-089 NJ  100-149 NY  150-196 PA  197-199 DE  200 DC  201 VA  202-205 DC  206-219 MD  220-246 VA
    247-268 WV  270-289 NC  290-299 SC  300-319 GA  320-339 FL  341-342 FL  344 FL  346-347 FL  349 FL  350-352 AL
    354-369 AL  370-385 TN  386-397 MS  398-399 GA  400-427 KY  430-459 OH  460-479 IN  480-499 MI  500-528 IA
    530-549 WI  550-567 MN  569 DC  570-577 SD  580-588 ND  590-599 MT  600-629 IL  630-658 MO  660-679 KS  680-693 NE
    700-714 LA  716-729 AR  730-732 OK  733 TX  734-749 OK  750-799 TX  800-816 CO  820-831 WY  832-838 ID  840-847 UT
    850-865 AZ  870-884 NM  885 TX  889-898 NV  900-961 CA  967-968 HI  970-979 OR  980-994 WA  995-999 AK
"""
EXCEPT = {
    "06390": "NY",
    "20588": "MD",
    "20598": "VA",
    "72643": "MO",
    "73960": "TX",
    "83414": "WY",
    "96799": "AS",
}
"""Codes that lie in another state than the rest of their prefix."""


@cache
def _by_prefix() -> dict[str, str]:
    words = PREFIXES.split()
    found: dict[str, str] = {}
    for span, state in zip(words[::2], words[1::2], strict=True):
        first, _, last = span.partition("-")
        found |= {f"{prefix:03}": state for prefix in range(int(first), int(last or first) + 1)}
    return found


def state_of(zip_code: str) -> str:
    """Two letters for a code of five or nine digits; '' where its first digits do not say it."""
    return EXCEPT.get(zip_code[:5]) or _by_prefix().get(zip_code[:3], "")
