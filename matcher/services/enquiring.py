"""What a client tells the clinic, as the client's own pages send it: danger, the slate they saw, their request.

Whatever is sent again changes what is kept and never makes a second enquiry; what staff changed meanwhile stays,
unless the client changed that too. Everything in words is sealed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from matcher.clinic.rows import client_frame
from matcher.config import Settings
from matcher.domain.client import Client
from matcher.domain.enquiry import ClientRequest, ContactDetails, Receipt, Standing
from matcher.domain.recommendation import Slate
from matcher.services import enquiry_keeping as keeping
from matcher.services.enquiry_words import SAFETY_ANSWER, Danger, danger_in, direct_answer, texts_of
from matcher.services.live import LiveMatching
from matcher.services.loosening import loosened
from matcher.services.promises import answer_by
from matcher.services.resent import client_again, details_again, noted
from matcher.store import drafts
from matcher.store.enquiries import ASKED_TO_ERASE, LOOSENED, Enquiry, add_event, enquiry_of
from matcher.store.erasure import erase_client
from matcher.store.errors import NotFoundError, StaleVersionError
from matcher.store.keeping import alone, has_therapist, put_client
from matcher.store.notices import add_notice
from matcher.store.slates import CLIENT, keep_catalogue_bytes, same_slate, save_slate, seen_last
from matcher.store.store import Store, StoreSession

T = TypeVar("T")

_TRIES: Final = 5
# With these a therapist is named by staff, and a client's later wish must not write over it.
_PLACED: Final = frozenset({"offered", "booked"})


@dataclass(frozen=True, slots=True)
class Enquiring:
    """Takes what a client tells the clinic; ``store`` and ``matching`` are made ready on first use."""

    store: Callable[[], Store]
    settings: Settings
    matching: Callable[[], LiveMatching]

    def raise_risk(self, client: Client, why: Sequence[str], answers: Mapping[str, Any]) -> Receipt:
        """Put the client at the top of the staff's list at once; ``why`` holds codes, never words."""
        texts = [client.about or "", *texts_of(answers)]
        found = danger_in(client, texts, why)
        danger = found if found.why else Danger((SAFETY_ANSWER,), (), answered=True)

        def keep(session: StoreSession) -> Receipt:
            return self._receipt(self._enquiry(session, client, danger, answers, texts))

        return self._kept(client.client_id, keep)

    def add_contact(self, client_id: str, contact: ContactDetails) -> Receipt:
        """Keep how to reach a client who asks for a call from the help page, and return what they are told.

        Where staff have spoken with them since, or they write of new danger, they are on top of the list again.

        Raises
        ------
        NotFoundError
            If the client has no enquiry.
        """
        texts = [contact.name, contact.note]
        danger = danger_in(Client(client_id, ()), texts)

        def keep(session: StoreSession) -> Receipt:
            found = enquiry_of(session, client_id, CLIENT)
            seen, details = details_again(session, found, contact)
            keeping.keep_details(session, client_id, details, seen)
            private = noted(keeping.with_details(found.private, details), contact=contact)
            if keeping.keep_call(session, found, danger, private, to_read=keeping.to_read(found, [contact.note])):
                add_notice(session, "raised", client_id, "intake")
            return self._receipt(enquiry_of(session, client_id, CLIENT))

        return self._kept(client_id, keep)

    def show(self, client: Client, slate: Slate, answers: Mapping[str, Any]) -> str | None:
        """Keep the client and the slate as they saw it, where they agreed to that, and return the slate's id.

        The same slate shown again, as after a reload, is the same slate. A limit they loosened since the last one is
        kept by its name, never by what it was.
        """
        if answers.get("consent_matching") is not True:
            return None
        now = self.matching().now()
        made_with, row = now.made_with(slate), client_frame([now.as_matched(client)])

        def keep(session: StoreSession) -> str:
            found = _put(session, client)
            if found is not None:
                self._shown_again(session, found, client)
            known = same_slate(session, slate, made_with)
            if known is not None:
                return known
            before = seen_last(session, client.client_id)
            gave_up = () if before is None else loosened(before, row, now.service.recommender.therapists_)
            if gave_up:
                add_event(session, client.client_id, LOOSENED, CLIENT, ";".join(gave_up))
            keep_catalogue_bytes(session, *now.catalogue)
            return save_slate(session, slate, row, made_with, CLIENT)

        return self._kept(client.client_id, keep)

    def send(self, client: Client, request: ClientRequest, answers: Mapping[str, Any]) -> Receipt:
        """Send the request; what is sent again changes it. Danger in any of its words comes first, as always."""
        texts = [client.about or "", *texts_of(answers), request.contact.note]
        # A name is no text to be read, and danger may be written in its field all the same.
        named = (request.contact.name, request.contact.pronouns)
        danger = danger_in(client, [*texts, *named], direct_answer(answers))

        def keep(session: StoreSession) -> Receipt:
            enquiry = self._enquiry(session, client, danger, answers, texts)
            keeping.keep_choice(session, client.client_id, request)
            seen, details = details_again(session, enquiry, request.contact)
            keeping.keep_details(session, client.client_id, details, seen)
            return self._receipt(self._requested(session, enquiry, request, details))

        return self._kept(client.client_id, keep)

    def consent(self, client_id: str, answers: Mapping[str, Any]) -> None:
        """Keep what a client agrees to now: what they take back after sending is gone at once."""
        self._kept(client_id, lambda session: keeping.keep_consents(session, client_id, answers))

    def standing(self, client_id: str) -> Standing | None:
        """Return where the client's own enquiry stands, None where they have sent none."""
        with self.store().reading() as session:
            found = keeping.found_enquiry(session, client_id)
        return None if found is None else Standing(found.state, found.waits_for_call, self._receipt(found))

    def withdraw(self, client_id: str) -> bool:
        """Erase what is kept of somebody who sent nothing; ask staff where an enquiry was sent or a danger raised.

        Returns whether nothing is kept any more: False where staff are asked.
        """

        def keep(session: StoreSession) -> bool:
            found = keeping.found_enquiry(session, client_id)
            if found is None:
                erase_client(session, client_id, CLIENT, "asked")
                return True
            if ASKED_TO_ERASE not in found.private:
                now = datetime.now(UTC)
                private = {**found.private, ASKED_TO_ERASE: now.isoformat()}
                values = {"private": private, "due_at": keeping.sooner(found.due_at, answer_by(self.settings, now))}
                # Closed or not, it has to be seen.
                values |= {"state": "new"} if found.state == "closed" else {}
                keeping.change(session, found, values)
                add_event(session, client_id, ASKED_TO_ERASE, CLIENT)
                add_notice(session, "erase", client_id, "intake")
            return False

        try:
            return self._kept(client_id, keep)
        except NotFoundError:
            # Nothing of theirs was kept.
            return True

    def make_code(self, owner: str) -> str:
        """Return a code to come back with within fourteen days, shown once.

        Raises
        ------
        NotFoundError
            If nothing is kept for this owner yet.
        """
        with self.store().writing() as session:
            return drafts.make_return_code(session, owner)

    def take_up(self, code: str, owner: str) -> bool:
        """Move the answers a code stands for to another browser; False where it opens nothing."""
        with self.store().writing() as session:
            return drafts.take_up_draft(session, code, owner)

    def _enquiry(
        self, session: StoreSession, client: Client, danger: Danger, answers: Mapping[str, Any], texts: Sequence[str]
    ) -> Enquiry:
        before = _put(session, client)
        kept = keeping.keep_enquiry(session, client, danger, answers, texts, self.settings)
        if danger.is_new(before):
            add_notice(session, "raised", client.client_id, "intake")
        elif keeping.to_read(before, texts):
            add_notice(session, "read", client.client_id, "intake")
        return kept

    def _shown_again(self, session: StoreSession, found: Enquiry, client: Client) -> None:
        """Note what a client with an enquiry told before they looked again; new words may have to be read first."""
        values: dict[str, Any] = {"private": noted(found.private, client=client)}
        if keeping.to_read(found, [client.about or ""]):
            values |= keeping.reading(found, self.settings, datetime.now(UTC))
            add_notice(session, "read", client.client_id, "intake")
        keeping.change(session, found, values)

    def _requested(
        self, session: StoreSession, kept: Enquiry, request: ClientRequest, details: ContactDetails
    ) -> Enquiry:
        wished = request.therapist_id if has_therapist(session, request.therapist_id) else None
        private = noted(keeping.with_details(kept.private, details), contact=request.contact)
        private["asked_for"] = wished
        values: dict[str, Any] = {"wants": request.wants, "private": private}
        if kept.state not in _PLACED:
            values["therapist_id"] = wished
        due, by = kept.due_at, answer_by(self.settings, datetime.now(UTC))
        if kept.state == "closed":
            # Somebody who comes back is new again, and so is the promise.
            values["state"], due = "new", None
        if kept.needs_reading or (request.wants != "wait" and _asks_anew(kept, request, wished)):
            # What staff set for another wish is too late for this one, or for words that nobody has read.
            due = keeping.sooner(due, by)
        values["due_at"] = due or by
        if not keeping.change(session, kept, values):
            return kept
        add_event(session, kept.client_id, keeping.REQUESTED, CLIENT, request.wants)
        # Of who is new or in danger they are told already.
        known = kept.state != "new" or kept.wants is not None
        if known and not kept.needs_person and _asks_anew(kept, request, wished):
            add_notice(session, "call" if request.wants == "call_me" else "again", kept.client_id, "intake")
        return enquiry_of(session, kept.client_id, CLIENT)

    def _receipt(self, enquiry: Enquiry) -> Receipt:
        return keeping.receipt_of(enquiry, self.settings, datetime.now(UTC))

    def _kept(self, client_id: str, work: Callable[[StoreSession], T]) -> T:
        """Do work in one transaction; where staff changed the same enquiry meanwhile, look again."""
        for _ in range(_TRIES - 1):
            try:
                return self._once(client_id, work)
            except StaleVersionError:
                continue
        return self._once(client_id, work)

    def _once(self, client_id: str, work: Callable[[StoreSession], T]) -> T:
        with self.store().writing() as session:
            # Two tabs of one client take turns, so that neither makes what the other is making.
            alone(session, f"client {client_id}")
            return work(session)


def _asks_anew(kept: Enquiry, request: ClientRequest, wished: str | None) -> bool:
    """Tell whether a request asks for something else than before, or for a call that staff put off."""
    other = (request.wants, wished) != (kept.wants, kept.private.get("asked_for"))
    return other or kept.state == "closed" or (request.wants == "call_me" and kept.state != "new")


def _put(session: StoreSession, client: Client) -> Enquiry | None:
    """Keep the client's answers and return the enquiry they had before, if any."""
    found = keeping.found_enquiry(session, client.client_id)
    again, seen = client_again(session, client, found)
    put_client(session, again, CLIENT, seen)
    return found
