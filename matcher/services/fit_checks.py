"""Fit checks after the first and third session: opened by a code, answered in a minute, and a change without shame.

The five items are our own and no published scale. Three of them speak of what an alliance questionnaire asks in many
items (bond, goal, task); `alliance_of` puts them on its 0 to 10 for a clinic that wants a rough course of it, and
nothing here writes that into an episode: a single item of four steps is no measurement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from matcher.clinic.rows import client_frame
from matcher.config import Settings
from matcher.domain.client import Client
from matcher.domain.enquiry import FitCheckView, Receipt, staff_are_told
from matcher.intake.safety import needs_reading, safety_flags
from matcher.services import fit_enquiry, fit_told
from matcher.services.access import Person, needs
from matcher.services.enquiry_keeping import found_enquiry
from matcher.services.fit_reasons import REASONS, next_emphasis, next_wishes
from matcher.services.live import LiveMatching
from matcher.store.attempts import TooManyTriesError
from matcher.store.codes import Code, make_code, open_code, withdraw_codes
from matcher.store.decisions import FitCheck, answer_fit_check, ask_fit_check, fit_checks_of
from matcher.store.enquiries import enquiry_of
from matcher.store.errors import NotFoundError
from matcher.store.queue import took_back
from matcher.store.rows import change_client, client_of, therapist_of
from matcher.store.slates import CLIENT, keep_catalogue_bytes, save_slate
from matcher.store.store import Store, StoreSession

PURPOSE: Final = "fit_check"
#: Sessions a fit check follows: early enough that a change costs little.
FIT_SESSIONS: Final = (1, 3)
ITEMS: Final[tuple[str, ...]] = ("heard", "goals", "way", "shared", "going_on")
LEVELS: Final[dict[str, float | None]] = {"no": 0.0, "little": 10 / 3, "mostly": 20 / 3, "yes": 10.0, "skip": None}
LONGEST_NOTE: Final = 4000
_LASTS: Final = timedelta(days=28)
_ALLIANCE: Final[dict[str, str]] = {"heard": "alliance_bond", "goals": "alliance_goal", "way": "alliance_task"}


class NoFitCheckError(LookupError):
    """The code opens no fit check, or no longer."""


@needs("work_enquiry")
def ask_fit_check_code(person: Person, store: Store, client_id: str, therapist_id: str, session_number: int) -> str:
    """Return a code for a client's fit check after a session, to be handed to them; an earlier one stops working.

    Raises
    ------
    StoreError
        If the store knows no such client or therapist.
    ValueError
        If the session's number is not 1 or more.
    """
    if session_number < 1:
        raise ValueError("a fit check follows a session: its number is 1 or more.")
    with store.writing() as session:
        therapist_of(session, therapist_id)
        client_of(session, client_id, person.account_id)
        check_id = _unanswered(session, client_id, therapist_id, session_number, person.account_id)
        if check_id is None:
            check_id = ask_fit_check(session, client_id, therapist_id, session_number, person.account_id)
        withdraw_codes(session, PURPOSE, subject_id=check_id)
        return make_code(
            session,
            PURPOSE,
            expires_at=datetime.now(UTC) + _LASTS,
            client_id=client_id,
            therapist_id=therapist_id,
            subject_id=check_id,
        )


def alliance_of(answers: Mapping[str, Any]) -> dict[str, float]:
    """Return the rough alliance, 0 to 10 by part, that answers give; parts not answered are left out."""
    levels = {part: LEVELS.get(str(answers.get(item))) for item, part in _ALLIANCE.items()}
    return {part: level for part, level in levels.items() if level is not None}


@dataclass(frozen=True, slots=True)
class FitChecking:
    """What a code opens, for the client's own pages; ``store`` and ``matching`` are made ready on first use."""

    store: Callable[[], Store]
    settings: Settings
    matching: Callable[[], LiveMatching]

    def open(self, code: str, asker: str | None = None) -> FitCheckView | None:
        """Return the fit check a code opens; None for a wrong or old code, and for who has tried too many."""
        try:
            with self.store().writing() as session:
                opened = open_code(session, code, PURPOSE, asker=asker)
                check = None if opened is None else _check_of(session, opened)
                if check is None:
                    return None
                name = therapist_of(session, check.therapist_id).value.name
                enquiry = found_enquiry(session, check.client_id)
                language = "en" if enquiry is None else enquiry.language
                return FitCheckView(check.therapist_id, name, check.session_number, check.answers is not None, language)
        except (TooManyTriesError, NotFoundError):
            return None

    def answer(self, code: str, answers: Mapping[str, Any]) -> Receipt | None:
        """Keep the answers; what speaks of danger in the note is at the top of the staff's list at once.

        Staff are told of what is not going well and of whatever was written, so that somebody looks.
        Returns what the client is told where it does, None otherwise.

        Raises
        ------
        NoFitCheckError
            If the code opens nothing.
        """
        given = {item: answers[item] for item in ITEMS if answers.get(item) in LEVELS}
        note = _note(answers.get("note"))
        with self.store().writing() as session:
            check = _opened(session, code)
            kept = {**(check.answers or {}), **given, **({"note": note} if note else {})}
            answer_fit_check(session, check.fit_check_id, kept, check.version, CLIENT)
            why, unread = _signs(note)
            if not why and not unread and kept != check.answers and staff_are_told(kept):
                fit_told.tell(session, check.client_id)
            return self._look(session, check.client_id, note)

    def ask_change(
        self, code: str, reasons: Sequence[str], note: str, limits: Mapping[str, Any] | None = None
    ) -> Receipt:
        """Ask for another therapist: the wishes move, an enquiry and a new slate reach staff, the place stays theirs.

        No slate is made for who needs a person first, or took back that they agreed to be matched.

        Raises
        ------
        NoFitCheckError
            If the code opens nothing.
        """
        told, words = _known(reasons), _note(note)
        with self.store().writing() as session:
            check = _opened(session, code)
            _keep(session, check, reasons=told, change_note=words)
            changed = _next_client(session, check, told, limits)
            # Danger first: what the client is told next is told of an urgent enquiry.
            self._look(session, check.client_id, words)
            asked = fit_enquiry.Change(check.therapist_id, check.session_number, tuple(told), words)
            receipt = fit_enquiry.ask(session, check.client_id, asked, self.settings)
            enquiry = enquiry_of(session, check.client_id, CLIENT)
            gone = took_back(session, check.client_id)
        if not enquiry.needs_person and not gone:
            self._rank_again(changed, told)
        return receipt

    def ask_talk(self, code: str, reasons: Sequence[str] = ()) -> Receipt:
        """Ask staff to call about how it is going, without a change of therapist; what felt wrong is kept for them.

        Raises
        ------
        NoFitCheckError
            If the code opens nothing.
        """
        with self.store().writing() as session:
            check, told = _opened(session, code), _known(reasons)
            if told:
                _keep(session, check, reasons=told)
            return fit_enquiry.ask_talk(session, check.client_id, check.therapist_id, self.settings, told)

    def keep_reasons(self, code: str, reasons: Sequence[str]) -> None:
        """Keep what felt wrong for staff to see, where the client raises it with their therapist themselves.

        Raises
        ------
        NoFitCheckError
            If the code opens nothing.
        """
        with self.store().writing() as session:
            check, told = _opened(session, code), _known(reasons)
            if told and told != (check.answers or {}).get("reasons"):
                _keep(session, check, reasons=told)
                fit_told.tell(session, check.client_id)

    def _look(self, session: StoreSession, client_id: str, words: str) -> Receipt | None:
        """Put a client whose words speak of danger at the top, and return what they are told; None where none does."""
        why, unread = _signs(words)
        if not why and not unread:
            return None
        receipt = fit_enquiry.raise_hand(session, client_id, why, words, self.settings, unread=unread)
        return receipt if why else None

    def _rank_again(self, client: Client, reasons: Sequence[str]) -> None:
        now = self.matching().now()
        slate = now.service.match(now.as_matched(client), emphasis=next_emphasis(reasons))
        if slate.withheld:
            return
        with self.store().writing() as session:
            keep_catalogue_bytes(session, *now.catalogue)
            save_slate(session, slate, client_frame([now.as_matched(client)]), now.made_with(slate), CLIENT)


def _next_client(
    session: StoreSession, check: FitCheck, reasons: Sequence[str], limits: Mapping[str, Any] | None
) -> Client:
    known = client_of(session, check.client_id, CLIENT)
    therapist = therapist_of(session, check.therapist_id).value
    changed = next_wishes(known.value, therapist, reasons, limits)
    if changed != known.value:
        change_client(session, changed, known.version, CLIENT)
    return changed


def _signs(words: str) -> tuple[tuple[str, ...], bool]:
    """Return the safety flags of words, and whether the rules could not read them."""
    return (tuple(safety_flags([words])[0]), needs_reading(words)) if words else ((), False)


def _known(reasons: Sequence[str]) -> list[str]:
    return [reason for reason in REASONS if reason in reasons]


def _keep(session: StoreSession, check: FitCheck, **more: Any) -> None:
    answer_fit_check(session, check.fit_check_id, {**(check.answers or {}), **more}, check.version, CLIENT)


def _opened(session: StoreSession, code: str) -> FitCheck:
    opened = open_code(session, code, PURPOSE)
    check = None if opened is None else _check_of(session, opened)
    if check is None:
        raise NoFitCheckError("this code opens no fit check.")
    return check


def _check_of(session: StoreSession, code: Code) -> FitCheck | None:
    checks = fit_checks_of(session, code.client_id or "", CLIENT)
    return next((check for check in checks if check.fit_check_id == code.subject_id), None)


def _unanswered(
    session: StoreSession, client_id: str, therapist_id: str, session_number: int, actor: str
) -> str | None:
    for check in fit_checks_of(session, client_id, actor):
        if (check.therapist_id, check.session_number, check.answers) == (therapist_id, session_number, None):
            return check.fit_check_id
    return None


def _note(words: object) -> str:
    return words.strip()[:LONGEST_NOTE] if isinstance(words, str) else ""
