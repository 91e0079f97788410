"""A pocketbook of which the quality pass finds nothing to say: to be spoilt in one place."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BOOK = """\
---
judul: Melayani dengan hormat
kode: UJI-07
tema: nilai-dasar
untuk: [asn, umum]
jp: 1
peraturan_diperiksa: 2026-01-31
---

Buku ini menemani Anda di meja layanan. Semua tokoh dan kejadian adalah rekaan.

## Tujuan

- Menyapa setiap orang dan menanyakan kebutuhannya.
- Menjaga data warga.
- Menegur rekan dengan hormat.
- Menerima aduan sampai selesai.

## Kuis akhir

- Ambil: 10 soal
- Nilai lulus: 80
- Jeda: 10 menit
"""

PROSE = {
    1: (
        "Menyapa di loket",
        """\
Hari Senin, loket puskesmas di Sumba Barat penuh. Pak Marthen berdiri dengan tongkat di urutan
kedua puluh. Debora keluar dari balik meja dan mencarikan kursi.

Antrean yang sama panjang belum tentu sama berat. Undang-Undang Nomor 25 Tahun 2009 tentang
Pelayanan Publik (UU 25/2009) meminta kemudahan bagi kelompok rentan. Pasal 4 memuat asasnya.

- Sapa orangnya, lalu tanyakan kebutuhannya.
- Jelaskan langkah berikutnya dengan kalimat pendek.

> **Ucapkan:** "Silakan duduk, Pak. Nomor Anda saya catat, dan nanti saya panggil."

Tulis ke bantuan@kantor.example atau buka lapor.go.id bila ragu.[^1]

[^1]: UU 25/2009 Pasal 29, yang mengatur pelayanan dengan perlakuan khusus.

## Besok pagi

Duduklah lima menit di kursi tunggu sebelum loket dibuka.""",
    ),
    2: (
        "Menjaga data warga",
        """\
Seorang laki-laki menelepon kantor pajak di Medan. Ia meminta alamat rumah seorang wajib pajak.
Suaranya ramah, tetapi ia tidak mau menyebut namanya.

Data pribadi milik orangnya, bukan milik kantor. UU 27/2022 melindunginya. Karena itu, mintalah
permohonan tertulis dan periksa dasarnya.

| Permintaan | Jawaban |
|---|---|
| alamat warga lewat telepon | ditolak dengan santun |

> **Hindari:** "Sebentar, saya bacakan."

## Besok pagi

Balikkan layar komputer Anda agar tidak terbaca dari kursi tamu.""",
    ),
    3: (
        "Menghormati rekan",
        """\
Rapat bidang di Kupang baru saja mulai. Seorang pegawai baru berbicara, lalu dua orang menirukan
logatnya. Ruangan tertawa, dan ia diam sampai rapat selesai.

Rekan kerja juga pemegang hak. Tegurlah perbuatannya, bukan orangnya. Lakukan itu berdua saja,
pada hari yang sama, dengan kata-kata yang tenang.

> **Contoh (boleh dilewati):** Ia pernah menangis di tangga sesudah rapat.

## Besok pagi

Ucapkan terima kasih kepada rekan yang jarang didengar.""",
    ),
    4: (
        "Menerima aduan",
        """\
Ibu Rosa datang ke kantor kecamatan di Ambon membawa map tebal. Izin usahanya belum dijawab sejak
tiga bulan lalu. Tangannya gemetar ketika ia mulai bercerita.

Aduan adalah bantuan bagi kantor. Dengarkan sampai selesai, catat faktanya, lalu sebutkan kapan
kabar berikutnya datang. Aduan yang **berlarut** dapat dibawa ke Ombudsman.

1. Dengarkan tanpa menyela.
2. Catat apa yang terjadi, kapan, dan di mana.

## Besok pagi

Telepon satu pelapor yang lama menunggu.""",
    ),
}

# The right one first; none of them stands out by its length.
CHOICES = {
    1: (
        (
            "Menanyakan kebutuhannya dan menyesuaikan cara",
            "Menawarkan jadwal lain bersama pendampingnya",
            "Menanyakan kepada atasan cara membantunya",
            "Melayaninya persis sama seperti pemohon lainnya",
        ),
        (
            "Setiap orang sejak ia lahir, tanpa perlu izin",
            "Warga yang lengkap berkasnya dan tertib antre",
            "Orang dewasa yang sudah mempunyai kartu resmi",
            "Pemohon yang sudah terdaftar di kantor itu",
        ),
    ),
    2: (
        (
            "Menolak dengan santun dan menjelaskan alasan",
            "Memberikan datanya kepada peminta berseragam",
            "Mengalihkan permintaan kepada petugas lainnya",
            "Meminta biaya pengganti sebelum memberikannya",
        ),
        (
            "Keperluan yang jelas dan diketahui pemiliknya",
            "Keperluan apa pun selama kantor menyimpannya",
            "Keperluan atasan yang dikirim lewat pesan saja",
            "Keperluan rekan yang sudah lama saling mengenal",
        ),
    ),
    3: (
        (
            "Mengajak rekan itu bicara berdua pada hari itu",
            "Mengajak rekan lain bicara berdua tentang hal itu",
            "Menyebutnya di depan pegawai lain saat rapat",
            "Mencatatnya untuk bahan penilaian tahun itu",
        ),
        (
            "Aturan berlaku sama dan alasannya dijelaskan",
            "Jabatan lebih tinggi selalu lebih didengarkan",
            "Suasana tim lebih penting daripada perasaan",
            "Kebiasaan lama tidak perlu dibicarakan lagi",
        ),
    ),
    4: (
        (
            "Mencatat aduannya dan menyebut waktu kabarnya",
            "Menyarankan ia bersabar sampai ada keputusan",
            "Memeriksa apakah laporannya dapat dipercaya",
            "Menghubungi orang yang diadukan secepat mungkin",
        ),
        (
            "Unit layanan dahulu, sesudah itu Ombudsman",
            "Kepala daerah, juga pada hari yang sama itu",
            "Media sosial, lengkap dengan foto antreannya",
            "Tetangga yang pernah mengalami hal yang serupa",
        ),
    ),
}

CASES = {
    1: (
        "Pak Marthen, 74 tahun, berdiri dengan tongkat di puskesmas. Apa langkah pertama Anda?",
        "Bu Rina tidak dapat membaca papan petunjuk di kantor desa. Apa yang Anda lakukan?",
        "Seorang murid tunarungu mendaftar beasiswa. Sikap mana yang paling tepat?",
        "Ibu Komang hamil tua dan antrean di Denpasar panjang. Bagaimana Anda mengaturnya?",
        "Obed, anak 12 tahun, bertanya sendiri tentang kartu identitas. Apa jawaban Anda?",
        "Pak Yusuf marah karena menunggu sejak pagi di kantor pajak. Apa tanggapan Anda?",
    ),
    2: (
        "Wartawan meminta alamat seorang pasien lewat telepon. Apa yang Anda lakukan?",
        "Rekan hendak mengirim foto kartu keluarga ke grup percakapan. Apa tanggapan Anda?",
        "Sebuah toko ingin membeli daftar nomor pemohon izin. Apa keputusan Anda?",
        "Petugas bank menanyakan gaji seorang guru tanpa surat kuasa. Bagaimana Anda menjawab?",
        "Orang yang antre di loket imigrasi meminta melihat layar Anda. Apa langkah Anda?",
        "Seorang ayah meminta nilai ujian anaknya yang sudah dewasa. Sikap mana yang tepat?",
    ),
    3: (
        "Pegawai baru ditertawakan karena logatnya dalam rapat. Apa yang Anda lakukan?",
        "Kepala seksi hanya mengajak pegawai laki-laki ke lapangan. Apa tanggapan Anda?",
        "Rekan menaruh kardus di jalan kursi roda seorang staf. Apa langkah pertama Anda?",
        "Pegawai yang berpuasa terus digoda di ruang makan. Sikap mana yang paling tepat?",
        "Nama seorang tenaga honorer selalu disebut dengan julukan. Apa keputusan Anda?",
        "Lelucon tentang suku tertentu beredar di grup kantor. Bagaimana Anda bertindak?",
    ),
    4: (
        "Warga mengadu bahwa izinnya belum dijawab selama tiga bulan. Apa yang Anda lakukan?",
        "Seorang ibu takut namanya diketahui bila ia melapor. Apa tanggapan Anda?",
        "Keluhan tentang diri Anda sendiri masuk ke kotak saran. Apa langkah pertama Anda?",
        "Korban penipuan datang ke kelurahan sambil menangis. Sikap mana yang paling tepat?",
        "Pelapor menelepon untuk ketiga kalinya pada minggu ini. Bagaimana Anda menjawab?",
        "Sopir angkot mengeluh soal pungutan di terminal Palu. Apa keputusan Anda?",
    ),
}

REMEMBERED = {
    1: (
        "Siapa yang mempunyai hak asasi?",
        "Kepada siapa layanan tanpa pembedaan ditujukan menurut UU 25/2009?",
        "Martabat manusia melekat pada siapa saja di ruang tunggu?",
    ),
    2: (
        "Untuk apa data warga boleh dipakai kantor?",
        "Apa yang harus ada sebelum nomor telepon pemohon disalin?",
        "Atas dasar apa sebuah formulir menanyakan agama?",
    ),
    3: (
        "Apa dasar perlakuan yang setara di kantor?",
        "Mengapa keputusan atasan perlu disertai penjelasan?",
        "Prinsip mana yang dipegang saat membagi tugas lembur?",
    ),
    4: (
        "Ke mana warga mengadu lebih dahulu?",
        "Pintu mana yang tersedia bila sebuah permohonan berlarut?",
        "Urutan mana yang dijelaskan kepada pelapor di Ambon?",
    ),
}

CHECKS = {
    1: "Seorang kakek tidak mendengar nomornya dipanggil. Apa yang sebaiknya dilakukan petugas?",
    2: "Kurir bertanya di lantai berapa seorang dokter tinggal. Apa yang dapat Anda katakan?",
    3: "Seorang rekan dipotong setiap kali berbicara. Bagaimana Anda membantunya?",
    4: "Pengadu lupa membawa bukti pembayaran. Apa yang dapat dilakukan hari itu?",
}

SOURCES = {
    1: "UU 25/2009 Pasal 4",
    2: "UU 27/2022 Pasal 36",
    3: "UU 20/2023",
    4: "UU 25/2009 Pasal 36",
}


@dataclass(slots=True)
class GoodBook:
    """The parts of a pocketbook by name, and which items stand in which chapter's bank.

    The parts are `buku`, `bab 1`, `cek 1`, `soal 1` and so on; a fault changes their texts.
    """

    parts: dict[str, str]
    banks: dict[int, list[str]]

    def texts(self) -> dict[str, list[str]]:
        """The names of the parts that make up each file, in their order."""
        files = {"buku.md": ["buku"]}
        for number, bank in self.banks.items():
            files[f"{number:02}-bab.md"] = [f"bab {number}", f"cek {number}", *bank]
        if "istilah" in self.parts:
            files["istilah.md"] = ["istilah"]
        return files

    def write(self, folder: Path) -> Path:
        """Write the whole folder."""
        folder.mkdir(parents=True)
        for name, parts in self.texts().items():
            text = "".join(self.parts[part] for part in parts)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    def place(self, part: str, words: str) -> tuple[str, int]:
        """The file and the line of the first line in a part that holds some words."""
        for name, parts in self.texts().items():
            if part in parts:
                before = "".join(self.parts[each] for each in parts[: parts.index(part)])
                lines = self.parts[part].split("\n")
                inside = next(n for n, line in enumerate(lines, start=1) if words in line)
                return name, before.count("\n") + inside
        raise LookupError(part)


def good_book() -> GoodBook:
    """Four chapters with nine items each, two of three of them cases, and a check in each."""
    parts = {"buku": BOOK}
    banks: dict[int, list[str]] = {}
    numbers = iter(range(1, 37))
    for chapter, (title, prose) in PROSE.items():
        parts[f"bab {chapter}"] = f"---\njudul: {title}\n---\n\n{prose}\n\n## Cek pemahaman\n\n"
        check = item(CHECKS[chapter], chapter, 0, "terapkan", chapter)
        parts[f"cek {chapter}"] = f"{check}## Soal kuis\n\n"
        banks[chapter] = []
        for stem, kind, level in stems(chapter):
            number = next(numbers)
            parts[f"soal {number}"] = item(stem, chapter, kind, level, number)
            banks[chapter].append(f"soal {number}")
    return GoodBook(parts, banks)


def stems(chapter: int) -> Iterator[tuple[str, int, str]]:
    """The stems of a chapter's bank, each with the kind of its choices and its level."""
    for index, stem in enumerate(CASES[chapter]):
        yield stem, 0, "nilai" if index % 3 == 2 else "terapkan"
    for stem in REMEMBERED[chapter]:
        yield stem, 1, "ingat"


def item(stem: str, chapter: int, kind: int, level: str, number: int) -> str:
    """An item in the notation of authors; the key moves on by one place from item to item."""
    right, *wrong = CHOICES[chapter][kind]
    choices = [f"- [ ] {text}\n  > Dengan cara ini {number} orang menunggu." for text in wrong]
    choices.insert(number % 4, f"- [x] {right}\n  > Tepat, dan cukup sopan.")
    listing = "\n".join(choices)
    return (
        f"### {stem}\n\n{listing}\n\n> **Pembahasan:** Dengarkan dahulu.\n>\n"
        f"> **Sumber:** {SOURCES[chapter]}.\n>\n> **Menguji:** tujuan {chapter}, {level}.\n\n"
    )
