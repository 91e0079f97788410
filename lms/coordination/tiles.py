"""The map of tiles: each of the 38 provinces a square in its rough place, from west to east."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tile:
    """A province's square; `label` is what fits on it."""

    code: str
    label: str
    column: int
    row: int


_ROWS: Final = (
    "11.ACE ...... ...... ...... 65.KTR 75.GOR 71.SLU ...... ...... ......",
    "12.SMU 14.RIA 21.KPR 61.KLB 64.KLT 72.SLT ...... 82.MLU 96.PBD ......",
    "13.SMB 15.JMB 19.BBL 62.KLG 63.KLS 76.SLB 74.SLR 81.MAL 92.PBR 91.PAP",
    "17.BKL 16.SMS ...... ...... ...... 73.SLS ...... ...... 94.PTE 95.PPE",
    "...... 18.LPG 31.JKT ...... ...... ...... ...... ...... ...... 93.PSE",
    "...... 36.BTN 32.JBR 33.JTG 35.JTM 51.BAL 52.NTB 53.NTT ...... ......",
    "...... ...... ...... 34.DIY ...... ...... ...... ...... ...... ......",
)
TILES: Final = tuple(
    Tile(cell[:2], cell[3:], column, row)
    for row, line in enumerate(_ROWS)
    for column, cell in enumerate(line.split())
    if not cell.startswith(".")
)
