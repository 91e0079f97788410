"""What a line of a staff list calls for, from values; the rules are those of one person alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.errors import N_, Refusal, Sentence
from lms.institutions.errors import OwnPosting
from lms.institutions.oneself import Identity
from lms.institutions.people.errors import HoldsARole
from lms.institutions.people.likeness import BIRTH_LENGTH, names
from lms.institutions.rules import Claim, LineStep, contradict, decide_line, pick_claim, refuse_own
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.lines import Listed, UnitPlace
from lms.institutions.staff_lists.models import Verdict
from lms.institutions.staff_lists.standings import Standing

Change = tuple[str, str, str]
"""A fact of a person, what it was, and what it is to be."""

NOT_ON_THE_LIST = Sentence(N_("Tidak ada dalam daftar Anda, sehingga tidak ada yang diubah."))
ELSEWHERE = Sentence(
    N_("Mendaftar sendiri dengan data lain di instansi lain; isi daftar inilah yang berlaku.")
)
ADDRESS_STAYS = Sentence(
    N_("Sudah punya akun dengan surel lain, yang tetap berlaku. Pastikan surel itu miliknya.")
)
READDRESSED = Sentence(
    N_(
        "Sudah masuk dengan surel lain: kata sandi dan perangkatnya tidak berlaku lagi, dan tautan "
        "untuk memilih kata sandi dikirim ke surel dari daftar ini."
    )
)
NOT_IN_YOUR_UNIT = Sentence(
    N_(
        "Tercatat di unit kerja lain instansi ini. Mintalah pengelola seluruh instansi yang "
        "memindahkannya."
    )
)
UNIT_HAS_GONE = Sentence(
    N_(
        "Unit kerja pada baris ini berpindah sesudah daftar diperiksa, dan kini bukan unit yang "
        "Anda kelola. Tulis unit kerjanya yang sekarang."
    )
)


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms a list is taken: whose it is, what it may do, who its asker is known as."""

    scope: Scope
    institution_id: int
    units: Mapping[int, UnitPlace]
    replaces_addresses: bool
    own: tuple[Identity, ...] = ()

    def is_oneself(self, listed: Listed) -> bool:
        """Whether a line may be about the asker, under a number of the same birth date."""
        number = listed.number.number
        if not any(each.number[:BIRTH_LENGTH] == number[:BIRTH_LENGTH] for each in self.own):
            return False
        return Identity(listed.name, number, listed.email or "").is_among(self.own)

    @property
    def acting(self) -> Scope:
        """What the rules of one person ask: who vouches for people of this institution."""
        return Scope(self.scope.officer_id, frozenset({self.institution_id}))

    def holds(self, claim: Claim) -> bool:
        """Whether the asker answers for the person where they stand."""
        unit = None if claim.unit_id is None else self.units.get(claim.unit_id)
        return self.scope.covers_unit(claim.institution_id, unit.path if unit else None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done for a line; `is_set`: in one statement with the others of its kind.

    refusal: what the rules have raised, where it was one of them.
    """

    verdict: Verdict
    account_id: int | None = None
    changes: tuple[Change, ...] = ()
    reason: Sentence | None = None
    is_set: bool = True
    refusal: Refusal | None = field(default=None, compare=False)


_NEW = Plan(Verdict.NEW)


def plan_line(
    listed: Listed, terms: Terms, by_number: Claim | None, by_email: Claim | None
) -> Plan:
    """What a line calls for, given who has its number and its address."""
    if by_number is None and by_email is None and listed.standing is Standing.ACTIVE:
        return refused_by(OwnPosting()) if terms.is_oneself(listed) else _NEW
    try:
        return _plan(listed, terms, by_number, by_email)
    except Refusal as refusal:
        return refused_by(refusal)


def refused(reason: Sentence) -> Plan:
    """That nothing is done for a line, and why."""
    return Plan(Verdict.REFUSED, reason=reason)


def refused_by(refusal: Refusal) -> Plan:
    """The same, by what was raised."""
    return Plan(Verdict.REFUSED, reason=refusal.sentence, refusal=refusal)


def _plan(listed: Listed, terms: Terms, by_number: Claim | None, by_email: Claim | None) -> Plan:
    if listed.standing is not Standing.ACTIVE:
        # Where somebody has moved to a list does not say: their posting ends, and no more.
        return _plan_leaving(listed, terms, by_number)
    if by_number is not None and _moves_in(listed, terms, by_number):
        return Plan(Verdict.MOVED_IN, by_number.account_id, is_set=False)
    is_ours = by_number is not None and by_number.institution_id == terms.institution_id
    if by_number is not None and is_ours and by_number.is_confirmed and not terms.holds(by_number):
        return refused(NOT_IN_YOUR_UNIT)
    if by_number is not None and is_ours and by_number.account_id == terms.scope.officer_id:
        own = _plan_known(listed, terms, by_number, is_set=True)
        if own.verdict is Verdict.KNOWN and listed.email in {None, by_number.email}:
            return own  # an officer stands on the list too
    step = decide_line(
        terms.acting,
        terms.institution_id,
        listed.number.number,
        listed.email,
        by_number,
        by_email,
        is_named=names(listed.name, by_number),
        replaces_address=terms.replaces_addresses,
    )
    if step in {LineStep.LEAVE, LineStep.CHANGE_ADDRESS} and by_number is not None:
        return _plan_known(listed, terms, by_number, is_set=step is LineStep.LEAVE)
    _refuse_oneself(listed, terms, by_number, by_email)
    if step is LineStep.VOUCH and by_number is not None:
        stays = ADDRESS_STAYS if listed.email not in {None, by_number.email} else None
        return Plan(Verdict.CONFIRMED, by_number.account_id, reason=stays, is_set=False)
    claim = pick_claim(by_number, by_email)
    if claim is None:  # an account with a role loses a number that it only claimed
        return Plan(Verdict.NEW, is_set=False)
    return _plan_claimed(listed, terms, claim)


def _refuse_oneself(listed: Listed, terms: Terms, *claims: Claim | None) -> None:
    """Raise OwnPosting where a list would vouch for its asker under another number or address."""
    known = [Identity(each.name, each.number or "", each.email) for each in claims if each]
    if terms.is_oneself(listed) or any(each.is_among(terms.own) for each in known):
        raise OwnPosting


def _moves_in(listed: Listed, terms: Terms, claim: Claim) -> bool:
    """Whether somebody whom another institution vouches for is meant to be ours from now on.

    By an operator's list only. An officer who could take over whom another institution vouches for,
    with no more than a name and a number, could then give them a code or another address, and sign
    in as them: for officers the former institution lets them go first. Their name has to be theirs
    too: of a number that was mistyped nobody moves, nor does whoever holds a role.
    """
    return (
        terms.scope.officer_id is None
        and claim.is_vouched_for
        and claim.institution_id not in {None, terms.institution_id}
        and not claim.is_closed
        and not claim.holds_a_role
        and _plain_name(listed.name) == _plain_name(claim.name)
    )


def _plain_name(name: str) -> list[str]:
    """The words of a name without titles, which are cut short or stand behind a comma."""
    words = name.partition(",")[0].casefold().split()
    return [word for word in words if not word.endswith(".")]


def _plan_leaving(listed: Listed, terms: Terms, claim: Claim | None) -> Plan:
    """Whom we do not have, or no longer, is told alike: a list asks about nobody else's people."""
    if claim is None or not claim.is_confirmed or not terms.holds(claim):
        return Plan(Verdict.KNOWN, reason=NOT_ON_THE_LIST)
    refuse_own(terms.scope, claim.account_id)
    if listed.standing is Standing.DIED and claim.holds_a_role and terms.scope.officer_id:
        raise HoldsARole
    is_set = listed.standing is Standing.MOVED
    return Plan(Verdict.LEAVING, claim.account_id, is_set=is_set)


def _plan_known(listed: Listed, terms: Terms, claim: Claim, *, is_set: bool) -> Plan:
    """Who stands on the list: what the file says of them otherwise holds from now on."""
    changes: list[Change] = []
    if listed.name != claim.name:
        changes.append(("name", claim.name, listed.name))
    if not is_set:
        changes.append(("email", claim.email, listed.email or ""))
    wanted = listed.new_unit or _unit_name(terms, listed.unit_id)
    is_elsewhere = listed.unit_id not in {None, claim.unit_id} or listed.new_unit is not None
    if wanted and is_elsewhere:
        changes.append(("unit", _unit_name(terms, claim.unit_id), wanted))
    verdict = Verdict.CHANGED if changes else Verdict.KNOWN
    if not is_set and claim.is_answered:
        return Plan(
            Verdict.READDRESSED, claim.account_id, tuple(changes), READDRESSED, is_set=False
        )
    return Plan(verdict, claim.account_id, tuple(changes), is_set=is_set)


def _plan_claimed(listed: Listed, terms: Terms, claim: Claim) -> Plan:
    """Who has registered themselves becomes the person of the list."""
    is_out = claim.is_answered and listed.email not in {None, claim.email}
    verdict, reason = (Verdict.READDRESSED, READDRESSED) if is_out else (Verdict.CONFIRMED, None)
    said = contradict(terms.scope, claim, listed.name, listed.email, listed.number.number)
    if said is None:
        return Plan(verdict, claim.account_id, is_set=False)
    if not said.is_ours:
        return Plan(verdict, claim.account_id, reason=ELSEWHERE, is_set=False)
    pairs = (
        ("name", said.name, listed.name),
        ("number", said.number, listed.number.number),
        ("email", said.email, listed.email or said.email),
    )
    changes = tuple(pair for pair in pairs if pair[1] != pair[2])
    return Plan(verdict, claim.account_id, changes, reason, is_set=False)


def _unit_name(terms: Terms, unit_id: int | None) -> str:
    unit = None if unit_id is None else terms.units.get(unit_id)
    return "" if unit is None else unit.name
