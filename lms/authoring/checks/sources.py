"""Whether what a pocketbook rests on stands in the register of laws, and is still in force."""

from collections.abc import Iterator
from datetime import date

from lms.authoring.citations import index_citations, question_sources
from lms.authoring.diagnostics import Diagnostic, Diagnostics
from lms.authoring.parsing.result import ParseResult
from lms.authoring.register import Regulation, RegulationState, register_path
from lms.authoring.regulations import regulations_in
from lms.authoring.source.file_names import APPENDIX_FILES
from lms.authoring.source.tree import REGISTER_FILE
from lms.rendering.lines import scan

ARTICLE_LEVEL = 2


def check_sources(result: ParseResult, today: date | None = None) -> list[Diagnostic]:
    """The laws that are rested on and the register lacks or calls repealed, at their lines.

    On them rest questions, and the articles of law: these are printed as being in force. In another
    text a repealed law may be named, since readers ask about it; one that nobody has looked up is
    told there too. Without a register nothing is known, and nothing said. `today` decides which
    days of the register lie in the future; without it that is not asked.
    """
    if result.register is None:
        return []
    found = _not_yet_checked(result, today) if today is not None else []
    told: set[tuple[str, int, str]] = set()
    for file_name, line, text in _rested_on(result):
        path = result.tree.path_of(file_name)
        diagnostics = Diagnostics(path)
        for name in dict.fromkeys(regulations_in(text)):
            told.add((path, line, name))
            _check_rested_on(name, result.register.get(name), line, diagnostics)
        found.extend(diagnostics.entries)
    for name, citations in index_citations([result]).items():
        for citation in citations:
            if name not in result.register and (citation.path, citation.line, name) not in told:
                diagnostics = Diagnostics(citation.path)
                diagnostics.warning(
                    citation.line,
                    f"{name} tidak ada di {REGISTER_FILE}.",
                    "Periksa peraturannya, lalu catat di sana.",
                    "law-not-in-register",
                )
                found.extend(diagnostics.entries)
    return found


def _not_yet_checked(result: ParseResult, today: date) -> list[Diagnostic]:
    diagnostics = Diagnostics(register_path(result.tree))
    for regulation in (result.register or {}).values():
        if regulation.checked_on > today:
            diagnostics.error(
                regulation.line,
                f"Tanggal pemeriksaan {regulation.citation} "
                f"({regulation.checked_on.isoformat()}) belum tiba.",
                "Tulis tanggal peraturan itu benar-benar diperiksa.",
                "checked-in-the-future",
            )
    return diagnostics.entries


def _rested_on(result: ParseResult) -> Iterator[tuple[str, int, str]]:
    """What names the laws that questions and articles rest on: file, line, words."""
    for source in question_sources(result):
        yield source.file_name, source.line, source.text
    for file in result.sources:
        if APPENDIX_FILES.get(file.name) == "pasal":
            for line in scan(file.text.split("\n"), 1):
                if line.heading is not None and line.heading.level == ARTICLE_LEVEL:
                    yield file.name, line.number, line.heading.text


def _check_rested_on(
    name: str, regulation: Regulation | None, line: int, diagnostics: Diagnostics
) -> None:
    if regulation is None:
        diagnostics.error(
            line,
            f"Sumber {name} tidak ada di {REGISTER_FILE}.",
            "Periksa peraturannya, lalu catat di sana: keadaannya, dan tanggal Anda memeriksanya.",
            "source-not-in-register",
        )
    elif regulation.state is RegulationState.REPEALED:
        diagnostics.error(
            line,
            f"Menurut {REGISTER_FILE}, {name} sudah dicabut.",
            "Sandarkan pada peraturan yang berlaku, atau hapus soal atau pasal ini.",
            "source-repealed",
        )
