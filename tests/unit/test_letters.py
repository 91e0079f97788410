"""Letters: one shape for every message."""

from lms.letters import ALWAYS, Letter


def test_a_letter_greets_says_its_matter_and_ends_with_its_reason_and_its_way_out() -> None:
    letter = Letter(
        subject="Salam", parts=("Satu.", "Dua."), why="Karena Anda.", way_out="Begini berhenti."
    )
    assert letter.text == ("Yth. Bapak/Ibu,\n\nSatu.\n\nDua.\n\nKarena Anda. Begini berhenti.\n")


def test_who_is_known_is_greeted_by_name_and_what_is_needed_says_so() -> None:
    letter = Letter(subject="Salam", parts=("Isi.",), why="Karena.", name="Siti, S.H.")
    assert letter.text.startswith("Yth. Siti, S.H.,\n")
    assert letter.text.endswith(f"Karena. {ALWAYS}\n")
