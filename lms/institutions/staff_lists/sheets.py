"""Reads what was uploaded as a staff list, and says in the officer's words why it cannot be."""

from typing import IO, Final

from lms.errors import N_
from lms.institutions.staff_lists.columns import is_heading
from lms.institutions.staff_lists.errors import UnfitList
from lms.tables.cells import Bounds, TooVast
from lms.tables.models import NotATable
from lms.tables.reader import PAGE, foreign_kind
from lms.tables.sheets import Sheet, open_sheet

# A worksheet has 1,048,576 rows at most; a list of 200,000 people in ten columns fits.
BOUNDS: Final = Bounds(cells=5_000_000, characters=100_000_000)


def read_list(file: IO[bytes]) -> Sheet:
    """The rows of a list, to be closed, whatever it was written with; raises UnfitList."""
    try:
        return open_sheet(file, BOUNDS, is_heading)
    except NotATable as error:
        file.seek(0)
        beginning = file.read(1024)
        if PAGE.match(beginning):
            raise UnfitList(
                N_(
                    "Berkas ini bukan tabel, apa pun akhiran namanya: isinya halaman web, seperti "
                    "unduhan banyak aplikasi. Buka di Excel atau LibreOffice, simpan sebagai XLSX, "
                    "lalu unggah lagi."
                )
            ) from error
        if foreign_kind(beginning) is not None:
            raise UnfitList(
                N_(
                    "Berkas ini bukan tabel, apa pun akhiran namanya. Buka daftarnya di lembar "
                    "kerja, simpan sebagai XLSX atau CSV, lalu unggah lagi."
                )
            ) from error
        raise UnfitList(
            N_(
                "Berkas ini tidak dapat dibaca sebagai tabel; mungkin rusak atau terkunci kata "
                "sandi. Simpan sebagai XLSX atau CSV (UTF-8) tanpa kata sandi, lalu unggah lagi."
            )
        ) from error
    except TooVast as error:
        raise UnfitList(
            N_(
                "Lembar ini terlalu luas: biasanya ada sel jauh di bawah atau di samping daftar. "
                "Salin daftarnya saja ke berkas baru, atau simpan sebagai CSV, lalu unggah lagi."
            )
        ) from error
