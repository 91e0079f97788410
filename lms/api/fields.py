"""Fields of what is sent and answered: marshmallow's, with our sentences, and for hostile text."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from lms.errors import N_

_MISSING = N_("Isian ini wajib.")
_NULL = N_("Isian ini tidak boleh null.")


class Sent(Schema):
    """What a program sends; what nobody has asked for is refused, so that no typo goes unseen."""

    error_messages = {  # noqa: RUF012 - how the library has it
        "unknown": N_("Isian ini tidak dikenal."),
        "type": N_("Kirim sebuah objek JSON."),
    }


class Text(fields.String):
    """A text without U+0000, which no database takes, and without halves of characters."""

    default_error_messages = {  # noqa: RUF012 - how the library has it
        "required": _MISSING,
        "null": _NULL,
        "invalid": N_("Tulis teks."),
        "invalid_utf8": N_("Tulis teks dalam UTF-8."),
        "unstorable": N_("Teks ini memuat karakter yang tidak dapat disimpan."),
    }

    def __init__(self, *, metadata: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """Have the document say what is refused."""
        super().__init__(metadata={"pattern": "^[^\\u0000]*$"} | dict(metadata or {}), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if any(each == "\0" or "\ud800" <= each <= "\udfff" for each in text):
            raise self.make_error("unstorable")
        return text


class Whole(fields.Integer):
    """A whole number."""

    default_error_messages = {  # noqa: RUF012 - how the library has it
        "required": _MISSING,
        "null": _NULL,
        "invalid": N_("Tulis bilangan bulat."),
        "too_large": N_("Bilangan ini terlalu besar."),
    }


class Many(fields.List[Any]):
    """A list."""

    default_error_messages = {  # noqa: RUF012 - how the library has it
        "required": _MISSING,
        "null": _NULL,
        "invalid": N_("Kirim sebuah larik JSON."),
    }


def between(least: int, most: int) -> Range:
    """That a number is one of these."""
    return Range(least, most, error=N_("Bilangan ini di luar batas; lihat dokumen API."))


def long(most: int, least: int = 1) -> Length:
    """That a text or a list is so long."""
    return Length(least, most, error=N_("Panjangnya di luar batas; lihat dokumen API."))
