"""Notices: one for each that waits, by mail where a server is set, and nothing of anybody in a mail."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from staffed import INTAKE, OWNER, enquire, new_store

from matcher.config import Settings
from matcher.services.access import NotAllowedError
from matcher.services.notices import announce, message_of, not_seen, note_seen, send_waiting
from matcher.store import notices
from matcher.store.rows import Contact
from matcher.store.store import Store

MAIL = Settings(smtp_host="mail.example.org", smtp_from="clinic@example.org", public_url="https://match.example.org")


class Server:
    """A mail server that keeps what it is given, and breaks down after some messages."""

    def __init__(self, lasts: int = 100) -> None:
        self.kept: list[EmailMessage] = []
        self.lasts = lasts

    def send_message(self, message: EmailMessage) -> None:
        if len(self.kept) == self.lasts:
            raise ConnectionResetError
        self.kept.append(message)

    def quit(self) -> None:
        self.lasts = 0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path)
    enquire(store, "a", contact=Contact("Ada Rao", "ada@example.org"), about="I cannot sleep")
    enquire(store, "b", needs_person=True)
    enquire(store, "c", source="change")
    enquire(store, "d", state="waiting")
    enquire(store, "e", source="import")
    return store


def test_each_that_waits_is_told_of_once(store: Store) -> None:
    assert announce(store) == 3
    assert announce(store) == 0
    server = Server()
    assert send_waiting(store, MAIL, lambda _: server) == 3
    assert send_waiting(store, MAIL, lambda _: server) == 0
    assert {m["Subject"] for m in server.kept} == {
        "Somebody needs a call now", "A new enquiry waits", "Somebody asked to change therapist",
    }  # fmt: skip


def test_a_mail_says_nothing_of_anybody(store: Store) -> None:
    announce(store)
    with store.reading() as session:
        mails = [message_of(notice, MAIL).as_string() for notice in notices.unsent(session)]
    assert len(mails) == 3
    for mail in mails:
        assert "match.example.org/enquiries" in mail
        for word in ("Ada", "Rao", "sleep", "ada@example.org", "depress"):
            assert word not in mail


def test_a_server_that_fails_costs_a_try_and_what_it_took_stays_sent(store: Store) -> None:
    announce(store)
    assert send_waiting(store, MAIL, lambda _: Server(lasts=1)) == 1

    def nobody(_: Settings) -> Server:
        raise OSError

    for _ in range(notices.MOST_TRIES):
        assert send_waiting(store, MAIL, nobody) == 0
    assert send_waiting(store, MAIL, lambda _: Server()) == 0


def test_without_a_server_notices_are_shown_on_the_page_until_seen(store: Store) -> None:
    announce(store)
    assert send_waiting(store, Settings(), lambda _: Server()) == 0
    with pytest.raises(NotAllowedError):
        not_seen(OWNER, store)
    # The call comes first, whatever came in before it; and it stays until somebody says that they have seen it.
    for _ in range(2):
        shown = not_seen(INTAKE, store)
        assert shown.sentences == (
            "Somebody needs a call now", "A new enquiry waits", "Somebody asked to change therapist",
        )  # fmt: skip
    enquire(store, "late")
    announce(store)
    with pytest.raises(NotAllowedError):
        note_seen(OWNER, store, shown)
    note_seen(INTAKE, store, shown)
    # What came in since they were drawn was not seen.
    assert not_seen(INTAKE, store).sentences == ("A new enquiry waits",)


def test_what_one_person_saw_on_the_page_is_mailed_to_everybody_all_the_same(store: Store) -> None:
    announce(store)
    note_seen(INTAKE, store, not_seen(INTAKE, store))
    assert not_seen(INTAKE, store).sentences == ()
    server = Server()
    assert send_waiting(store, MAIL, lambda _: server) == 3
    assert "Somebody needs a call now" in {mail["Subject"] for mail in server.kept}
    assert send_waiting(store, MAIL, lambda _: server) == 0


def test_a_mail_server_set_up_later_does_not_send_what_was_seen_long_ago(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(store)
    with store.writing() as session:
        first = next(notice for notice in notices.unseen(session, ("intake",)) if notice.kind == "new")
        notices.saw_notices(session, [first.notice_id])
    monkeypatch.setattr(notices, "SENT_WITHIN", timedelta(0))
    server = Server()
    assert send_waiting(store, MAIL, lambda _: server) == 2
    assert "A new enquiry waits" not in {mail["Subject"] for mail in server.kept}


def test_whoever_is_raised_again_after_the_mail_went_is_mailed_again(store: Store) -> None:
    announce(store)
    send_waiting(store, MAIL, lambda _: Server())
    with store.writing() as session:
        for _ in range(2):
            notices.add_notice(session, "raised", "b", "intake")
    assert send_waiting(store, MAIL, lambda _: Server()) == 1


def test_equal_notices_are_one_line_with_a_count(store: Store) -> None:
    enquire(store, "f")
    announce(store)
    assert sorted(not_seen(INTAKE, store).sentences) == [
        "A new enquiry waits (2)", "Somebody asked to change therapist", "Somebody needs a call now",
    ]  # fmt: skip
