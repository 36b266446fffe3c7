"""Passwords, links, sessions and lockouts, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from doors import CHEAP, HERE, PASSWORD, PASSWORDS, door_to, join
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from matcher.config import Settings
from matcher.services import account_rules, one_time_links, signing_in
from matcher.services.one_time_links import LinkSpentError
from matcher.services.openid_sign_in import Claims, NoAccountError, sign_in_with
from matcher.services.passwords import PasswordRefusedError, Passwords, problem_with
from matcher.services.signing_in import Door, Entry, Visitor, WrongPasswordError, person_of, sign_in
from matcher.store import accounts, audit, links, sessions
from matcher.store.account_tables import accounts as accounts_table
from matcher.store.account_tables import attempts
from matcher.store.account_tables import links as link_rows
from matcher.store.account_tables import sessions as sessions_table
from matcher.store.accounts import AccountError
from matcher.store.attempts import TooManyTriesError, purge_attempts
from matcher.store.errors import StaleVersionError
from matcher.store.store import Store

NOW = datetime.now(UTC)


@pytest.fixture
def door(store: Store) -> Door:
    return door_to(store)


def live(door: Door, entry: Entry, after: timedelta = timedelta()) -> bool:
    kept = sessions.session_hash(entry.token)
    assert kept is not None
    return person_of(door, kept, datetime.now(UTC) + after) is not None


def fail(door: Door, name: str, visitor: Visitor = HERE, now: datetime | None = None) -> None:
    with pytest.raises(WrongPasswordError):
        sign_in(door, name, "not this one, not at all", visitor, now)


def test_the_first_owner_comes_in_by_a_link_that_works_once(door: Door) -> None:
    token = one_time_links.first_owner_link(door.store)
    assert token is not None
    # A second process on the same store says the same link.
    assert one_time_links.first_owner_link(door.store) == token
    with door.store.writing() as session:
        assert links.owner_link(session, timedelta(days=1), datetime.now(UTC) + timedelta(days=1)) != token
    assert one_time_links.look_at_link(door, token, HERE) == one_time_links.LinkView("owner", None, None)
    with pytest.raises(PasswordRefusedError, match="15"):
        one_time_links.take_up_link(door, token, "short", HERE, name="ada")
    with pytest.raises(AccountError, match="name"):
        one_time_links.take_up_link(door, token, PASSWORD, HERE, name="a b")
    entry = one_time_links.take_up_link(door, token, PASSWORD, HERE, name=" Ada@Clinic.example ", display_name="Ada N.")
    assert (entry.person.name, entry.person.role) == ("Ada N.", "owner")
    assert live(door, entry)
    assert one_time_links.first_owner_link(door.store) is None
    with door.store.reading() as session:
        assert session.scalars(select(link_rows.c.link_hash).where(link_rows.c.used_at.is_(None))).all() == []
    with pytest.raises(LinkSpentError):
        one_time_links.take_up_link(door, token, PASSWORD, HERE, name="eve")
    assert sign_in(door, "ADA@clinic.example", PASSWORD, HERE).person == entry.person


def test_the_owners_link_is_said_to_a_person_and_never_to_a_log(door: Door) -> None:
    shown = one_time_links.first_owner_words(door.store, Settings(), 8600, seen_by_a_person=True) or ""
    assert "http://127.0.0.1:8600/auth/link#" in shown
    token = shown.rpartition("#")[2]
    logged = one_time_links.first_owner_words(door.store, Settings(), 8600, seen_by_a_person=False) or ""
    assert "matcher user add" in logged
    assert "#" not in logged
    # Saying so to a log leaves the link somebody holds as it is.
    one_time_links.take_up_link(door, token, PASSWORD, HERE, name="ada")
    for person in (True, False):
        assert one_time_links.first_owner_words(door.store, Settings(), 8600, seen_by_a_person=person) is None


def test_of_two_who_use_a_link_at_once_one_gets_in(door: Door) -> None:
    token = one_time_links.first_owner_link(door.store) or ""

    def take_up(number: int) -> bool:
        try:
            one_time_links.take_up_link(door, token, PASSWORD, HERE, name=f"owner{number}")
        except LinkSpentError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take_up, range(4))) == [False, False, False, True]
    assert len(account_rules.all_accounts(door.store)) == 1


def test_a_link_expires_and_a_newer_one_replaces_it(door: Door) -> None:
    first = account_rules.invite(door.store, "ben", "Ben", "intake", "test")
    second = account_rules.reset(door.store, first.account_id, "test")
    with pytest.raises(LinkSpentError):
        one_time_links.take_up_link(door, first.token, PASSWORD, HERE)
    with door.store.reading() as session:
        assert links.open_link(session, second.token, datetime.now(UTC) + second.lasts) is None
        assert links.open_link(session, second.token) is not None
    assert one_time_links.look_at_link(door, second.token, HERE).name == "ben"
    assert one_time_links.address(Settings(public_url="https://match.example.org"), "T") == (
        "https://match.example.org/auth/link#T"
    )


def test_guessing_links_is_slowed(door: Door) -> None:
    for _ in range(10):
        with pytest.raises(LinkSpentError):
            one_time_links.look_at_link(door, "x" * 43, HERE)
    with pytest.raises(TooManyTriesError):
        one_time_links.look_at_link(door, "x" * 43, HERE)


def test_a_reset_stops_the_old_password_and_every_session(door: Door) -> None:
    entry = join(door, "ben", "intake")
    link = account_rules.reset(door.store, entry.person.account_id, "test")
    assert not live(door, entry)
    with pytest.raises(WrongPasswordError):
        sign_in(door, "ben", PASSWORD, HERE)
    again = one_time_links.take_up_link(door, link.token, "another river candle", HERE)
    assert live(door, again)
    assert sign_in(door, "ben", "another river candle", HERE).person == entry.person


def test_a_new_password_needs_the_current_one_and_ends_other_sessions(door: Door) -> None:
    entry = join(door, "ben", "intake")
    with pytest.raises(WrongPasswordError):
        signing_in.change_password(door, entry.person, "not this one at all", "another river candle", HERE)
    with pytest.raises(PasswordRefusedError):
        signing_in.change_password(door, entry.person, PASSWORD, "short", HERE)
    assert live(door, entry)
    again = signing_in.change_password(door, entry.person, PASSWORD, "another river candle", HERE)
    assert [live(door, one) for one in (entry, again)] == [False, True]
    assert sign_in(door, "ben", "another river candle", HERE).person == entry.person


def test_a_session_ends_unused_and_ends_used(door: Door) -> None:
    entry = join(door, "ben", "intake")
    kept = sessions.session_hash(entry.token) or ""
    assert not live(door, entry, timedelta(minutes=31))
    now = datetime.now(UTC)
    for _ in range(24):
        now += timedelta(minutes=29)
        assert person_of(door, kept, now) == entry.person
    assert now - NOW < door.lasting
    assert person_of(door, kept, now + timedelta(minutes=29)) is None


def test_a_session_ends_when_it_is_signed_out_and_when_the_account_is_disabled(door: Door) -> None:
    join(door, "ada", "owner")
    one, two, three = join(door, "ben", "intake"), None, None
    two = sign_in(door, "ben", PASSWORD, HERE)
    three = sign_in(door, "ben", PASSWORD, Visitor("x", session_hash=sessions.session_hash(two.token)))
    assert [live(door, entry) for entry in (one, two, three)] == [True, False, True]
    assert len(signing_in.own_sessions(door, one.person)) == 2
    signing_in.sign_out(door, sessions.session_hash(one.token) or "")
    assert [live(door, entry) for entry in (one, three)] == [False, True]
    account_rules.disable(door.store, one.person.account_id, "test")
    assert not live(door, three)
    with pytest.raises(WrongPasswordError):
        sign_in(door, "ben", PASSWORD, HERE)
    account_rules.enable(door.store, one.person.account_id, "test")
    assert not live(door, three)
    four = sign_in(door, "ben", PASSWORD, HERE)
    assert signing_in.sign_out_everywhere(door, four.person) == 1
    assert not live(door, four)


def test_a_role_counts_from_the_next_click(door: Door) -> None:
    entry = join(door, "ben", "intake")
    account_rules.change_role(door.store, entry.person.account_id, "lead", "test")
    found = person_of(door, sessions.session_hash(entry.token) or "")
    assert found is not None
    assert found.role == "lead"


@dataclass
class CountingHasher(PasswordHasher):
    """Notes what it was asked to verify."""

    verified: list[str] = field(default_factory=list)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.verified.append(str(hash))
        return CHEAP.verify(hash, password)

    def check_needs_rehash(self, hash: str | bytes) -> bool:
        return CHEAP.check_needs_rehash(hash)


@pytest.mark.parametrize("name", ["ben", "nobody", "gone", "invited", "x" * 5000, "\x00\ud800"])
def test_every_refusal_takes_the_same_path(door: Door, name: str) -> None:
    for other in ("ben", "gone"):
        join(door, other, "intake")
    account_rules.disable(door.store, account_rules.id_of(door.store, "gone"), "test")
    account_rules.invite(door.store, "invited", "", "intake", "test")
    hasher = CountingHasher()
    slow = replace(door, passwords=Passwords(hasher, PASSWORDS.absent))
    before = entries(door)
    fail(slow, name)
    # One hash of the same cost is checked, and as much is written, whoever was named.
    assert len(hasher.verified) == 1
    assert hasher.verified[0].split("$")[:4] == PASSWORDS.absent.split("$")[:4]
    assert entries(door)[: len(entries(door)) - len(before)][0].action == "failed to sign in to"
    assert tries(door, worked=False) == 2


def entries(door: Door) -> list[audit.Entry]:
    with door.store.reading() as session:
        return audit.read_entries(session)


def tries(door: Door, *, worked: bool) -> int:
    with door.store.reading() as session:
        return len(session.execute(select(attempts).where(attempts.c.worked == worked)).all())


def test_neither_a_password_nor_a_name_that_was_tried_is_kept(door: Door) -> None:
    fail(door, "my-secret-typed-as-name")
    with door.store.reading() as session:
        kept = str(session.execute(select(attempts)).all()) + str(entries(door))
    assert "secret" not in kept
    assert HERE.address not in kept


def test_strangers_are_shut_out_for_a_while_and_the_known_browser_never(door: Door) -> None:
    known = Visitor("203.0.113.9", device=join(door, "ben", "intake").device)
    for number in range(10):
        fail(door, "ben", Visitor(f"198.51.100.{number}"), NOW)
    with pytest.raises(TooManyTriesError):
        sign_in(door, "ben", PASSWORD, Visitor("192.0.2.1"), NOW + timedelta(minutes=14))
    assert sign_in(door, "ben", PASSWORD, known, NOW).person.name == "Ben"
    # Somebody else's browser is a stranger to this name.
    other = Visitor("203.0.113.10", device=join(door, "carla", "intake").device)
    with pytest.raises(TooManyTriesError):
        sign_in(door, "ben", PASSWORD, other, NOW)
    assert sign_in(door, "ben", PASSWORD, Visitor("192.0.2.1"), NOW + timedelta(minutes=16)).person.name == "Ben"
    for _ in range(10):
        fail(door, "ben", known, NOW)
    with pytest.raises(TooManyTriesError):
        sign_in(door, "ben", PASSWORD, known, NOW)


def test_one_address_cannot_try_many_names(door: Door) -> None:
    for number in range(30):
        fail(door, f"name{number}", Visitor(f"2001:db8:1:2::{number:x}"), NOW)
    with pytest.raises(TooManyTriesError):
        sign_in(door, "name99", PASSWORD, Visitor("2001:db8:1:2:ffff::1"), NOW)
    fail(door, "name99", Visitor("2001:db8:1:3::1"), NOW)


def test_tries_at_once_look_at_no_more_passwords_than_the_limit(door: Door) -> None:
    def attempt(_: int) -> type[Exception]:
        try:
            sign_in(door, "ben", "wrong", Visitor("198.51.100.1"))
        except (WrongPasswordError, TooManyTriesError) as error:
            return type(error)
        raise AssertionError("let in")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(attempt, range(24)))
    assert found.count(WrongPasswordError) == 10


def test_a_right_password_is_hashed_anew_when_parameters_change(door: Door) -> None:
    entry = join(door, "ben", "intake")
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    now_dearer = replace(door, passwords=Passwords(dearer, dearer.hash("x")))
    assert sign_in(now_dearer, "ben", PASSWORD, HERE).person == entry.person
    with door.store.reading() as session:
        kept = accounts.password_of(session, entry.person.account_id)
    assert kept is not None
    assert kept.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert sign_in(now_dearer, "ben", PASSWORD, HERE).person == entry.person


def test_a_clinic_never_locks_itself_out(door: Door) -> None:
    ada = join(door, "ada", "owner").person.account_id
    account_rules.invite(door.store, "ed", "Ed", "administrator", "test")
    for lose in (
        lambda: account_rules.disable(door.store, ada, "test"),
        lambda: account_rules.change_role(door.store, ada, "lead", "test"),
    ):
        # Ed has not taken up the invitation, so Ada is the only one.
        with pytest.raises(AccountError, match="last"):
            lose()
    fred = join(door, "fred", "administrator").person.account_id

    def disable(account_id: str) -> bool:
        try:
            account_rules.disable(door.store, account_id, "test")
        except AccountError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(disable, (ada, fred))) == [False, True]


def test_two_changes_of_one_account_do_not_write_over_each_other(door: Door) -> None:
    account_id = join(door, "ben", "intake").person.account_id
    with door.store.reading() as session:
        seen = accounts.account_of(session, account_id)
    account_rules.change_role(door.store, account_id, "lead", "test")
    with pytest.raises(StaleVersionError), door.store.writing() as session:
        accounts.change_role(session, seen, "owner", "test")


def test_names_are_compared_as_people_mean_them(door: Door) -> None:
    account_rules.invite(door.store, "ＢＥＮ@Clinic.example", "", "intake", "test")
    with pytest.raises(AccountError, match="already"):
        account_rules.invite(door.store, "ben@clinic.example", "", "intake", "test")
    for bad in ("", "a", "two words", "x" * 101, "tab\there", "\x00\x01"):
        with pytest.raises(AccountError):
            account_rules.invite(door.store, bad, "", "intake", "test")
    with pytest.raises(AccountError, match="role"):
        account_rules.invite(door.store, "carla", "", "client", "test")  # type: ignore[arg-type]


CLAIMS = Claims("https://id.example", "sub1", "Ben@clinic.example", email_verified=True)


def test_a_provider_lets_in_only_who_has_an_account_here(door: Door) -> None:
    for claims in (CLAIMS, Claims("https://id.example", "s")):
        with pytest.raises(NoAccountError):
            sign_in_with(door, claims, HERE)
    account_rules.invite(door.store, "ben@clinic.example", "Ben", "intake", "test")
    with pytest.raises(NoAccountError):
        sign_in_with(door, replace(CLAIMS, email_verified=False), HERE)
    entry = sign_in_with(door, CLAIMS, HERE)
    assert live(door, entry)
    # Known by the subject from now on, whatever the address is; the address alone opens nothing any more.
    assert sign_in_with(door, replace(CLAIMS, email=None), HERE).person == entry.person
    for other in (replace(CLAIMS, subject="sub2"), replace(CLAIMS, issuer="https://else.example")):
        with pytest.raises(NoAccountError):
            sign_in_with(door, other, HERE)
    join(door, "ada", "owner")
    account_rules.disable(door.store, entry.person.account_id, "test")
    with pytest.raises(NoAccountError):
        sign_in_with(door, CLAIMS, HERE)


def test_what_is_over_is_removed(door: Door) -> None:
    join(door, "ben", "intake")
    account_rules.invite(door.store, "carla", "", "intake", "test")
    fail(door, "ben")
    purges = sessions.purge_sessions, links.purge_links, purge_attempts
    for later, removed in ((timedelta(), 0), (timedelta(days=30), 6)):
        with door.store.writing() as session:
            assert sum(purge(session, datetime.now(UTC) + later) for purge in purges) == removed
    with door.store.reading() as session:
        assert session.execute(select(sessions_table)).all() == []


def test_the_store_holds_neither_tokens_nor_passwords_nor_shown_names(door: Door) -> None:
    entry = join(door, "ben", "intake")
    with door.store.reading() as session:
        rows = str([session.execute(select(table)).all() for table in (accounts_table, sessions_table)])
    assert entry.token not in rows
    assert PASSWORD not in rows
    assert "'Ben'" not in rows


@pytest.mark.parametrize(
    "password",
    [
        "",
        "fourteen chars",
        "a" * 40,
        "abcdefghijklmnopq",
        "98765432109876543",
        "Correct Horse Battery Staple",
        "x" * 257,
        "ada.ngata 12345",
        "adangata adangata ada",
    ],
)
def test_guessable_passwords_are_refused(password: str) -> None:
    assert problem_with(password, "ada.ngata@clinic.example", "Ada Ngata")


@given(st.text(min_size=15, max_size=256))
def test_what_may_be_set_opens_and_nothing_else_does(password: str) -> None:
    if problem_with(password) is None:
        kept = PASSWORDS.hash(password)
        assert PASSWORDS.check(kept, password).right
        assert not PASSWORDS.check(kept, password + "x").right
        assert not PASSWORDS.check(None, password).right
