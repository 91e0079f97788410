"""What people are told by mail when an identity elsewhere opens their account."""

from lms.letters import Letter

_WHY = "Surel ini dikirim karena cara masuk ke akun SakuHAM Anda berubah."


def linked(provider: str, way_back: str | None) -> Letter:
    """That the account can be entered by a provider now; `way_back` takes it back."""
    parts = [
        (
            f"Akun SakuHAM Anda kini dapat dimasuki juga dengan {provider}, karena {provider} "
            "menyatakan bahwa NIP akun ini milik orang yang masuk di sana. Kata sandi dan hasil "
            "belajar Anda tetap ada. Bila itu Anda sendiri, surel ini boleh diabaikan."
        )
    ]
    if way_back is not None:
        parts.append(
            "Bila bukan Anda, ambil kembali akun Anda dengan memilih kata sandi lewat tautan ini, "
            f"yang berlaku 14 hari:\n{way_back}"
        )
        parts.append(
            "Sesudahnya tautan itu terputus, siapa pun yang memakai akun ini dikeluarkan, dan "
            "pengelola kepegawaian diberi tahu."
        )
    else:
        parts.append("Bila bukan Anda, hubungi pengelola kepegawaian instansi Anda.")
    return Letter(subject=f"Akun SakuHAM Anda ditautkan: {provider}", parts=tuple(parts), why=_WHY)


def linked_by_oneself(provider: str) -> Letter:
    """That the person has linked an identity themselves."""
    return Letter(
        subject=f"Akun SakuHAM Anda ditautkan: {provider}",
        parts=(
            (
                f"Anda baru saja menautkan akun {provider} dengan akun SakuHAM Anda; dengannya "
                "Anda dapat masuk. Bila bukan Anda yang melakukannya, putuskan tautan itu di "
                "halaman Akun dan ganti kata sandi Anda."
            ),
        ),
        why=_WHY,
    )


def unlinked(provider: str) -> Letter:
    """That an identity opens the account no more."""
    return Letter(
        subject=f"Tautan akun SakuHAM Anda diputuskan: {provider}",
        parts=(
            (
                f"Akun {provider} tidak lagi membuka akun SakuHAM Anda. Bila bukan Anda yang "
                "memutuskannya, ganti kata sandi Anda di halaman Akun."
            ),
        ),
        why=_WHY,
    )


def handed_over(provider: str) -> Letter:
    """To who only claimed a number: that the provider knows its person."""
    return Letter(
        subject="NIP Anda dipakai masuk lewat sistem masuk tunggal",
        parts=(
            (
                f"Seseorang masuk ke SakuHAM dengan {provider}, yang menyatakan bahwa NIP pada "
                "akun Anda miliknya. NIP itu belum pernah dikonfirmasi instansi mana pun, "
                f"sehingga pernyataan {provider} yang berlaku: kata sandi dan surel akun itu "
                f"tidak dipakai lagi. Bila itu Anda, masuklah dengan {provider}; hasil belajar "
                "Anda tetap ada. Bila NIP itu milik Anda dan bukan Anda yang masuk, hubungi "
                "pengelola kepegawaian instansi Anda."
            ),
        ),
        why="Surel ini dikirim karena data akun Anda di SakuHAM berubah.",
    )


def number_changed(provider: str, ending: str) -> Letter:
    """That the account has the number that the provider says now."""
    return Letter(
        subject="NIP Anda di SakuHAM diganti",
        parts=(
            (
                f"{provider} kini menyebut NIP atau NI PPPK lain untuk Anda, yang berakhir "
                f"{ending}; nomor itu kini tercatat pada akun SakuHAM Anda. Nomor yang lama tetap "
                "dapat dipakai untuk masuk, dan sertifikat tetap seperti terbitnya. Bila keliru, "
                "beri tahu pengelola kepegawaian instansi Anda."
            ),
        ),
        why="Surel ini dikirim karena data akun Anda di SakuHAM berubah.",
    )


def number_contested(provider: str, ending: str) -> Letter:
    """To both: that a provider gives one the number under which the other is known."""
    return Letter(
        subject="Satu NIP, dua akun SakuHAM",
        parts=(
            (
                f"{provider} menyebut NIP yang berakhir {ending} untuk seseorang yang sudah "
                "mempunyai akun SakuHAM lain, sedangkan NIP itu tercatat pada satu akun yang "
                "berbeda. Surel ini dikirim ke kedua akun; tidak ada yang diubah."
            ),
            (
                "Bila kedua akun itu milik Anda, minta pengelola kepegawaian instansi Anda "
                "menggabungnya lewat Akun ganda. Bila NIP itu bukan milik Anda, beri tahu "
                "pengelola itu."
            ),
        ),
        why="Surel ini dikirim karena nomor akun SakuHAM Anda dipakai masuk di tempat lain.",
    )


def other_identity(provider: str) -> Letter:
    """To the holder: that another identity of the same provider says the same number."""
    return Letter(
        subject=f"Akun {provider} lain menyebut NIP Anda",
        parts=(
            (
                f"Seseorang mencoba masuk ke akun SakuHAM Anda dengan akun {provider} lain "
                "daripada yang tertaut, tetapi dengan NIP yang sama. Ia tidak masuk, dan tidak ada "
                f"yang diubah. Bila itu Anda, misalnya karena akun {provider} Anda dibuat ulang, "
                "masuklah dengan kata sandi, putuskan tautan yang lama di halaman Akun, lalu coba "
                "lagi. Bila bukan, beri tahu pengelola kepegawaian instansi Anda."
            ),
        ),
        why=_WHY,
    )


def to_officers(provider: str, ending: str) -> Letter:
    """To who answers for the holder: that a provider gives the number to another account."""
    return Letter(
        subject="NIP seorang pegawai Anda disebut untuk akun lain",
        parts=(
            (
                f"{provider} menyebut NIP yang berakhir {ending} untuk orang yang mempunyai akun "
                "SakuHAM lain, sedangkan NIP itu ada dalam daftar Anda. Tidak ada yang diubah. "
                "Cari orangnya di Kepegawaian dengan tiga angka itu. Bila kedua akun milik satu "
                "orang, gabungkan lewat Akun ganda; bila NIP dalam daftar Anda keliru, perbaiki."
            ),
        ),
        why="Surel ini dikirim karena Anda bertanggung jawab atas daftar pegawai itu.",
    )


def to_coordinators(provider: str, ending: str, place: str) -> Letter:
    """To the coordinators, where nobody answers for the holder."""
    return Letter(
        subject="NIP seorang pegawai disebut untuk akun lain",
        parts=(
            (
                f"{provider} menyebut NIP yang berakhir {ending} untuk orang yang mempunyai akun "
                f"SakuHAM lain, sedangkan NIP itu ada dalam daftar pegawai {place}, yang tidak "
                "punya pengelola kepegawaian yang dapat ditanya. Tidak ada yang diubah. Mintalah "
                "operator layanan menunjuk pengelola di sana, yang dapat menggabung kedua akun."
            ),
        ),
        why="Surel ini dikirim karena Anda koordinator yang mengawasi konfirmasi pegawai.",
    )
