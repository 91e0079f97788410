"""What authors are told about the notation of a question, by the name of the rule.

Each is a sentence that goes on from `Soal "…": `, and how to mend it.
"""

MESSAGES: dict[str, tuple[str, str]] = {
    "key-in-question": (
        "kunci atau pembahasannya terbaca di dalam pertanyaan.",
        (
            "Hapus dari pertanyaan; tandai jawaban yang benar dengan - [x], dan tulis > "
            "**Pembahasan:** serta > **Sumber:** di bawah pilihan terakhir."
        ),
    ),
    "block-in-choice": (
        "ada daftar atau paragraf kedua di dalam pilihan.",
        (
            "Tulis pilihan sebagai satu kalimat. Bila ini umpan balik, awali barisnya dengan dua "
            "spasi, tanda >, dan spasi."
        ),
    ),
    "feedback-without-quote": (
        "umpan balik tidak diawali tanda >.",
        "Awali barisnya dengan dua spasi, tanda >, dan spasi.",
    ),
    "no-choices": (
        "belum ada pilihan jawaban.",
        (
            "Tulis tiap pilihan di barisnya sendiri: - [x] yang benar, - [ ] yang salah. Bila ini"
            " cerita kasus untuk soal berikutnya, tulis sebagai paragraf di bawah judul soal itu."
        ),
    ),
    "explanation-above-choices": (
        (
            "Pembahasan, Sumber, atau Menguji berdiri di atas pilihan; peserta membacanya sebelum"
            " menjawab."
        ),
        "Pindahkan ke bawah pilihan terakhir, diawali tanda > dan spasi.",
    ),
    "choice-without-box": (
        "ada pilihan tanpa kotak.",
        (
            "Tulis - [ ] untuk pilihan salah atau - [x] untuk pilihan benar; bila baris ini "
            "bagian dari cerita kasus, tulis sebagai paragraf."
        ),
    ),
    "unknown-box": (
        'kotak pilihan "{box}" tidak dikenal.',
        (
            "Tulis - [ ] untuk pilihan salah atau - [x] untuk pilihan benar, dengan kurung siku "
            "biasa dan huruf x."
        ),
    ),
    "nested-choice": (
        "pilihan ini menjorok di bawah pilihan lain.",
        "Tulis semua pilihan pada tingkat yang sama, dari tepi kiri.",
    ),
    "footnote-in-question": (
        "catatan kaki tidak dipakai di dalam soal.",
        "Tulis keterangannya di > **Pembahasan:** atau > **Sumber:**, lalu hapus tandanya.",
    ),
    "reference-in-question": (
        "tautan dengan nama [kata][nama] tidak bekerja di dalam soal.",
        "Tulis alamatnya langsung: [kata](https://alamat).",
    ),
    "box-within-line": (
        "ada kotak di tengah baris.",
        "Tulis tiap pilihan di barisnya sendiri, diawali - [ ] atau - [x].",
    ),
    "label-near-miss": (
        'label "{name}" tidak dikenal dan dibaca sebagai teks.',
        "Maksud Anda > **{label}:** …?",
    ),
    "two-ids": (
        "ada {count} id pada satu soal.",
        "Hapus id yang disalin dari soal lain; sisakan satu.",
    ),
    "numbered-question": (
        "soal diberi nomor, padahal urutannya diacak.",
        "Hapus nomornya; peserta melihat nomor yang dihitung sendiri.",
    ),
    "bad-aim": (
        "keterangan Menguji tidak dapat dibaca.",
        "Tulis misalnya > **Menguji:** tujuan 3, terapkan. Tingkatnya: {levels}.",
    ),
    "feedback-without-choice": (
        "ada umpan balik tanpa pilihan.",
        "Tulis pilihannya lebih dahulu, misalnya - [ ] …, lalu umpan baliknya di bawahnya.",
    ),
    "empty-choice": (
        "ada pilihan tanpa teks.",
        "Tulis jawabannya setelah kotak, atau hapus baris ini.",
    ),
    "verdict-in-choice": (
        "pilihan ini memuat tanda atau kata yang membocorkan kunci.",
        (
            "Hapus (benar), Tepat, ✅, tanda bintang, atau huruf tebalnya; tandai yang benar "
            "dengan - [x], dan tulis umpan balik di bawahnya dengan tanda >."
        ),
    ),
    "answer-line": (
        "kunci ditulis sebagai baris tersendiri.",
        "Hapus baris ini dan tandai jawaban yang benar dengan - [x].",
    ),
    "explanation-without-quote": (
        "pembahasan atau sumber tidak ditulis sebagai kutipan.",
        "Awali barisnya dengan tanda > dan spasi.",
    ),
    "text-after-choices": (
        "teks ini bukan pilihan, umpan balik, atau pembahasan.",
        "Pindahkan ke atas pilihan pertama, atau awali dengan tanda > dan spasi.",
    ),
}
