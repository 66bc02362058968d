"""Case numbers: the province of the institution, the year, a serial without gaps."""

from typing import Final

_PROVINCES: Final = {
    "11": "BJ",
    "12": "TJ",
    "13": "HE",
    "14": "SX",
    "15": "NM",
    "21": "LN",
    "22": "JL",
    "23": "HL",
    "31": "SH",
    "32": "JS",
    "33": "ZJ",
    "34": "AH",
    "35": "FJ",
    "36": "JX",
    "37": "SD",
    "41": "HA",
    "42": "HB",
    "43": "HN",
    "44": "GD",
    "45": "GX",
    "46": "HI",
    "50": "CQ",
    "51": "SC",
    "52": "GZ",
    "53": "YN",
    "54": "XZ",
    "61": "SN",
    "62": "GS",
    "63": "QH",
    "64": "NX",
    "65": "XJ",
}
"""Letter codes of provinces by the first digits of division codes (GB/T 2260)."""


def series(division: str, year: int) -> str:
    """Return what the numbers of a province begin with in a year; `CN` where it is unknown.

    >>> series("110108", 2026)
    'BJ-2026'
    """
    return f"{_PROVINCES.get(division[:2], 'CN')}-{year}"
