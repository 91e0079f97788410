"""What differs from one version to the next, in sentences."""

from collections.abc import Iterator, Mapping

from flask_babel import gettext

from lms.programmes.overview import Version
from lms.web.formatting import show_date, show_number


def list_differences(before: Version, after: Version, modules: Mapping[int, str]) -> list[str]:
    """Sentences on what a version changes; `modules` are their names by key."""
    return list(_differences(before, after, modules))


def _differences(before: Version, after: Version, modules: Mapping[int, str]) -> Iterator[str]:
    if before.name != after.name:
        yield gettext("Nama: %(before)s menjadi %(after)s.", before=before.name, after=after.name)
    if before.target_count != after.target_count:
        yield gettext(
            "Target orang: %(before)s menjadi %(after)s.",
            before=show_number(before.target_count),
            after=show_number(after.target_count),
        )
    if before.target_hours != after.target_hours:
        yield gettext(
            "Target JP: %(before)s menjadi %(after)s.",
            before=_number(before.target_hours),
            after=_number(after.target_hours),
        )
    if (before.starts_on, before.ends_on) != (after.starts_on, after.ends_on):
        yield gettext(
            "Masa: %(before)s menjadi %(after)s.", before=window(before), after=window(after)
        )
    for module_id in sorted(after.module_ids - before.module_ids):
        yield gettext("Modul %(title)s mulai dihitung.", title=name_of(module_id, modules))
    for module_id in sorted(before.module_ids - after.module_ids):
        yield gettext("Modul %(title)s tidak dihitung lagi.", title=name_of(module_id, modules))
    if before.definition != after.definition:
        yield gettext("Kata-kata definisinya berubah.")


def name_of(module_id: int, modules: Mapping[int, str]) -> str:
    """A module's name, or its number where it is not offered any more."""
    return modules.get(module_id) or gettext("nomor %(number)s", number=module_id)


def window(version: Version) -> str:
    """From when to when."""
    first = show_date(version.starts_on)
    if version.ends_on is None:
        return str(gettext("sejak %(first)s", first=first))
    last = show_date(version.ends_on)
    return str(gettext("%(first)s sampai %(last)s", first=first, last=last))


def _number(number: int | None) -> str:
    return gettext("tidak ada") if number is None else show_number(number)
