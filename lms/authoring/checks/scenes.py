"""Checks the scene of a chapter: can every part be reached, does every way end, and how soon."""

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.parsing.result import ScenePartSource, SceneSource, first_words
from lms.rendering.reading_time import count_words

MOST_PARTS = 12
FEWEST_CHOICES, MOST_CHOICES = 2, 3
FEWEST_DECISIONS, MOST_DECISIONS = 2, 4
LONGEST_WAY_FROM = 3
FEWEST_WORDS, MOST_WORDS = 200, 450


def check_scene(scene: SceneSource, diagnostics: Diagnostics) -> None:
    """Note what is wrong with a scene; what is wrong with its notation was noted while parsing."""
    _check_size(scene, diagnostics)
    for part in scene.parts:
        _check_part(part, len(scene.parts), diagnostics)
    numbers = [part.number for part in scene.parts]
    if len(numbers) <= MOST_PARTS and numbers == list(range(1, len(numbers) + 1)):
        _check_ways(scene, diagnostics)


def _check_size(scene: SceneSource, diagnostics: Diagnostics) -> None:
    if not scene.parts:
        diagnostics.error(
            scene.line,
            "Adegan belum punya bagian.",
            "Tulis bagian pertamanya: ### 1. Pukul 15.20, lalu cerita dan daftar pilihannya.",
            "scene-without-parts",
        )
        return
    if len(scene.parts) > MOST_PARTS:
        diagnostics.error(
            scene.parts[MOST_PARTS].line,
            f"Adegan ini berisi {len(scene.parts)} bagian; paling banyak {MOST_PARTS}.",
            "Gabungkan akhir yang serupa, atau kurangi pilihannya.",
            "scene-too-many-parts",
        )
    words = count_words(scene.text)
    if not FEWEST_WORDS <= words <= MOST_WORDS:
        diagnostics.warning(
            scene.line,
            f"Adegan ini berisi {words} kata; yang nyaman {FEWEST_WORDS}–{MOST_WORDS} kata.",
            "Tambah akibat yang terlihat." if words < FEWEST_WORDS else "Ringkaskan ceritanya.",
            "scene-length",
        )


def _check_part(part: ScenePartSource, part_count: int, diagnostics: Diagnostics) -> None:
    if part.is_end and part.choices:
        diagnostics.error(
            part.line,
            f"Bagian {part.number} berjudul Akhir, tetapi mempunyai pilihan.",
            "Hapus pilihannya, atau hapus Akhir: dari judulnya.",
            "scene-end-with-choices",
        )
    elif part.is_end and not part.has_view:
        diagnostics.error(
            part.line,
            f'Akhir adegan di bagian {part.number} belum punya kotak "Dari mata …".',
            'Tutup dengan akibatnya bagi orang itu: > **Dari mata warga:** "…".',
            "scene-end-without-view",
        )
    elif not part.is_end and not part.choices:
        diagnostics.error(
            part.line,
            f"Bagian {part.number} adegan tidak mempunyai pilihan dan bukan akhir.",
            f"Tutup dengan daftar pilihan, - … (ke {part.number + 1}), atau beri judul "
            f"### {part.number}. Akhir: ….",
            "scene-without-choices",
        )
    elif not part.is_end and not FEWEST_CHOICES <= len(part.choices) <= MOST_CHOICES:
        diagnostics.error(
            part.choices[0].line,
            f"Bagian {part.number} adegan menawarkan {len(part.choices)} pilihan.",
            f"Tawarkan {FEWEST_CHOICES} atau {MOST_CHOICES} pilihan.",
            "scene-choice-count",
        )
    _check_targets(part, part_count, diagnostics)


def _check_targets(part: ScenePartSource, part_count: int, diagnostics: Diagnostics) -> None:
    for choice in part.choices:
        target = choice.target
        if target is None:
            continue
        subject = f'Pilihan "{first_words(choice.text)}"'
        if not 1 <= target <= part_count:
            diagnostics.error(
                choice.line,
                f"{subject} menuju bagian {target}, yang tidak ada; adegan ini punya "
                f"{part_count} bagian.",
                "Tulis nomor bagian yang ada, atau tambahkan bagiannya.",
                "scene-unknown-target",
            )
        elif target <= part.number:
            diagnostics.error(
                choice.line,
                f"{subject} menuju bagian {target}, mundur dari bagian {part.number}.",
                "Pilihan hanya maju: urutkan bagian sehingga yang dituju bernomor lebih besar.",
                "scene-jump-back",
            )


def _check_ways(scene: SceneSource, diagnostics: Diagnostics) -> None:
    """Every part lies on a way from the first, and the ways are of the length that holds readers.

    Parts stand in their order and lead on to later ones, so that one pass meets each part after
    all that lead to it.
    """
    ways: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = {1: ((1,), (1,))}
    for part in scene.parts:
        if part.number not in ways:
            diagnostics.error(
                part.line,
                f"Bagian {part.number} adegan tidak dapat dicapai.",
                f"Arahkan sebuah pilihan ke sini, (ke {part.number}), atau hapus bagian ini.",
                "scene-unreachable",
            )
            continue
        shortest, longest = ways[part.number]
        for target in {choice.target for choice in part.choices if choice.target is not None}:
            if part.number < target <= len(scene.parts):
                there = ways.get(target)
                short, long = (*shortest, target), (*longest, target)
                ways[target] = (
                    min(there[0], short, key=len) if there else short,
                    max(there[1], long, key=len) if there else long,
                )
    ends = [ways[part.number] for part in scene.parts if part.is_end and part.number in ways]
    if ends:
        shortest = min((short for short, _ in ends), key=len)
        longest = max((long for _, long in ends), key=len)
        _check_lengths(scene, shortest, longest, diagnostics)


def _check_lengths(
    scene: SceneSource,
    shortest: tuple[int, ...],
    longest: tuple[int, ...],
    diagnostics: Diagnostics,
) -> None:
    """A way of n parts has n - 1 decisions."""
    if len(shortest) - 1 < FEWEST_DECISIONS:
        _note_length(scene, "terpendek", shortest, "Sisipkan satu bagian lagi.", diagnostics)
    if len(longest) - 1 > MOST_DECISIONS:
        _note_length(scene, "terpanjang", longest, "Akhiri lebih awal.", diagnostics)
    elif len(longest) - 1 < LONGEST_WAY_FROM:
        _note_length(scene, "terpanjang", longest, "Tambahkan satu giliran.", diagnostics)


def _note_length(
    scene: SceneSource,
    which: str,
    way: tuple[int, ...],
    remedy: str,
    diagnostics: Diagnostics,
) -> None:
    end = scene.parts[way[-1] - 1]
    diagnostics.error(
        end.line,
        f"Jalan {which} adegan ({' → '.join(map(str, way[:20]))}) berisi {len(way) - 1} keputusan; "
        f"setiap jalan {FEWEST_DECISIONS}–{MOST_DECISIONS}, yang terpanjang "
        f"{LONGEST_WAY_FROM} atau {MOST_DECISIONS}.",
        remedy,
        "scene-way-length",
    )
