"""Counting what is read."""

import pytest

from lms.rendering.reading_time import count_words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("satu dua", 2),
        ("## Judul\n\n- satu\n- **dua**", 3),
        ("| a | b |\n|---|---|\n| c | d |", 4),
        ("hak-hak dan UU 39/1999, Pasal 28D ayat (1)", 8),
        ("[teks tautan](https://contoh.id/alamat-panjang) akhir", 3),
        ("![dua kata](gambar/a.png) tiga", 1),
        ("![dua kata tanpa alamat", 4),
        ("satu <!-- tidak\n\nterlihat --> dua", 2),
        ("satu\n\n```python\nkode\n```", 2),
        ("[a]: https://contoh.id", 0),
        ("— … * > |", 0),
    ],
)
def test_words_are_what_a_reader_sees(text: str, count: int) -> None:
    assert count_words(text) == count
