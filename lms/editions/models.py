"""The files of a release's book, made once and handed out many times."""

import enum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class FileKind(enum.Enum):
    """What a release can be taken along as."""

    BOOK = "book"
    BOOKLET = "booklet"
    EPUB = "epub"
    CARD_A6 = "card_a6"
    CARD_A4 = "card_a4"
    ARTICLES_A6 = "articles_a6"
    ARTICLES_A4 = "articles_a4"
    EASY = "easy"
    HANDOUT = "handout"
    ANSWERS = "answers"


FILE_NAMES = {
    FileKind.BOOK: "buku-a6.pdf",
    FileKind.BOOKLET: "buklet-a4.pdf",
    FileKind.EPUB: "buku.epub",
    FileKind.CARD_A6: "kartu-a6.pdf",
    FileKind.CARD_A4: "kartu-a4.pdf",
    FileKind.ARTICLES_A6: "pasal-a6.pdf",
    FileKind.ARTICLES_A4: "pasal-a4.pdf",
    FileKind.EASY: "bahasa-sederhana-a6.pdf",
    FileKind.HANDOUT: "lembar-fasilitator.pdf",
    FileKind.ANSWERS: "lembar-jawaban.pdf",
}


class BookFile(Base):
    """One file of a release. It can be made again from the release, and then is the same."""

    __tablename__ = "book_files"
    __table_args__ = (UniqueConstraint("release_id", "kind"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"))
    kind: Mapped[FileKind]
    byte_count: Mapped[int]
    content: Mapped[bytes] = mapped_column(deferred=True)
