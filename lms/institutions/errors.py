"""Refusals about institutions and their staff."""

from lms.accounts.errors import NumberTaken
from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound


class NoSuchInstitution(Invalid):
    """No institution of this name."""

    def __init__(self) -> None:
        super().__init__(
            "institution",
            N_("Instansi ini tidak ada dalam daftar. Pilih satu nama dari daftar."),
        )


class NoSuchStaff(NotFound):
    """The asker's institutions have no such person."""

    def __init__(self) -> None:
        super().__init__(N_("Pegawai ini tidak ada dalam daftar instansi Anda."))


class AlreadyDecided(Conflict):
    """Somebody has confirmed or declined this person before."""

    def __init__(self) -> None:
        super().__init__(N_("Pegawai ini sudah dikonfirmasi atau ditolak sebelumnya."))


class NoSuchDecision(Conflict):
    """No decision of the asker's that can still be undone."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Keputusan ini tidak dapat diurungkan lagi: waktunya lewat, atau sudah diurungkan. "
                "Tidak ada yang diubah."
            )
        )


class AddressDiffers(Conflict):
    """Somebody stands on the list with another address than the one that was given now."""

    def __init__(self, email: str) -> None:
        super().__init__(
            N_(
                "Pegawai ini sudah ada dalam daftar dengan surel lain (%(email)s); tidak ada yang "
                "diubah. Bila surel yang baru itulah yang benar, gantilah lewat Tambah pegawai, "
                "atau mintalah operator memuat daftarnya dengan --replace-addresses."
            ),
            email=email,
        )


class AddressUnproved(Conflict):
    """A list without an address names a number with which somebody has registered themselves."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Seseorang sudah mendaftar dengan nomor ini, dan tanpa surel tidak dapat "
                "dipastikan bahwa dialah pegawainya. Tulis surel pegawai itu; atau, bila ia "
                "menunggu di Kepegawaian, pastikan orangnya lalu konfirmasi di sana."
            )
        )


class KnownByNumber(Conflict):
    """A list names the number of who left another institution, and nothing else that is theirs."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Nomor ini milik orang yang pernah bekerja di instansi lain dan kini tidak bekerja "
                "di mana pun. Nomor saja tidak cukup: tulis namanya dan surel akunnya. Atau "
                "mintalah instansi lamanya membatalkan catatan keluarnya dan mencatat "
                "kepindahannya ke instansi Anda."
            )
        )


class AddressOfARole(NotAllowed):
    """An officer would move an account with a role to another mailbox."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Pegawai ini memegang peran di SakuHAM dan tercatat dengan surel lain. Surelnya "
                "hanya dapat diganti operator layanan; hubungi layanan bantuan."
            )
        )


class NotInScope(NotFound):
    """The asker does not answer for this institution."""

    def __init__(self) -> None:
        super().__init__(N_("Instansi ini bukan yang Anda kelola."))


class NoInstitution(NotAllowed):
    """The asker is an HR officer of no institution."""

    def __init__(self) -> None:
        super().__init__(N_("Anda belum menjadi pengelola kepegawaian suatu instansi."))


class OwnPosting(NotAllowed):
    """An officer would decide about their own posting or data."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Data Anda sendiri, atau yang menyerupai data Anda (nama dengan tanggal lahir, "
                "nomor, atau surel yang sama), tidak dapat Anda konfirmasi, tambahkan, atau ubah. "
                "Mintalah pengelola kepegawaian lain di instansi Anda, atau pengelola layanan "
                "SakuHAM."
            )
        )


class HeldNumber(NumberTaken):
    """A number of a staff list belongs to somebody vouched for elsewhere, or to a closed account.

    To say so tells no more than the same refusal of a line without an address.
    """

    def __init__(self) -> None:
        super().__init__(
            N_(
                "NIP ini sudah dipakai akun lain. Periksa lagi angkanya. Bila ia pindah dari "
                "instansi lain, instansi itu lebih dahulu mencatat kepindahannya; bila tidak, "
                "hubungi layanan bantuan."
            )
        )


class HeldAddress(NumberTaken):
    """An address of a staff list belongs to somebody vouched for, or who holds a role.

    To say so tells no more than the same refusal of a line with a number that nobody has.
    """

    def __init__(self) -> None:
        super().__init__(
            N_("Surel ini sudah dipakai akun lain. Periksa lagi, atau pakai yang lain.")
        )
