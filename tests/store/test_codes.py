"""Codes without an account: what they open, for how long, and how often one may guess. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from stores import fill

from matcher.store.account_tables import attempts, codes
from matcher.store.attempts import Limit, TooManyTriesError, begin_try, end_try, purge_attempts, who
from matcher.store.codes import (
    ALPHABET,
    TRIES,
    Code,
    code_hash,
    make_code,
    new_code,
    open_code,
    purge_codes,
    use_code,
    withdraw_codes,
)
from matcher.store.rows import NotFoundError, client_of
from matcher.store.store import Store
from matcher.store.tables import clients

LATER = datetime.now(UTC) + timedelta(days=14)


def made(store: Store, purpose: str = "fit_check", **whose: str) -> str:
    with store.writing() as session:
        return make_code(session, purpose, expires_at=LATER, **whose)


def opened(store: Store, code: str, purpose: str = "fit_check", **more: object) -> Code | None:
    with store.writing() as session:
        return open_code(session, code, purpose, **more)


def test_a_code_opens_what_it_was_made_for_and_nothing_else(store: Store) -> None:
    fill(store)
    code = made(store, client_id="c0", subject_id="check")
    found = opened(store, code)
    assert found is not None
    assert (found.client_id, found.subject_id, found.used_at) == ("c0", "check", None)
    assert opened(store, code, "return") is None
    assert opened(store, new_code()) is None
    assert opened(store, code, now=LATER) is None
    assert opened(store, "") is None


def test_the_store_does_not_hold_the_code(store: Store) -> None:
    code = made(store)
    with store.reading() as session:
        row = session.execute(select(codes)).one()
    assert code.replace("-", "") not in str(row).replace("-", "")


def test_a_code_goes_with_its_client_and_when_withdrawn_or_expired(store: Store) -> None:
    fill(store)
    gone, withdrawn, other = (made(store, client_id=client) for client in ("c0", "c1", "c2"))
    with store.writing() as session:
        session.execute(clients.delete().where(clients.c.client_id == "n"))
        assert withdraw_codes(session, "fit_check", client_id="c1") == 1
        with pytest.raises(ValueError, match="whose"):
            withdraw_codes(session, "fit_check")
    assert opened(store, withdrawn) is None
    assert opened(store, other) is not None
    with store.writing() as session:
        for table in ("episodes", "places"):
            session.execute(clients.metadata.tables[table].delete())
        session.execute(clients.delete().where(clients.c.client_id == "c0"))
    assert opened(store, gone) is None
    with store.writing() as session, pytest.raises(NotFoundError):
        client_of(session, "c0", "intake")
    with store.writing() as session:
        assert purge_codes(session, LATER) == 1


def test_of_two_at_once_one_uses_the_code(store: Store) -> None:
    code = made(store)

    def use(_: int) -> bool:
        with store.writing() as session:
            found = open_code(session, code, "fit_check")
            return found is not None and use_code(session, found)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]
    found = opened(store, code)
    assert found is not None
    assert found.used_at is not None


def test_guessing_is_slowed_for_the_guesser_alone_and_ends_by_itself(store: Store) -> None:
    code, start = made(store), datetime.now(UTC)
    for _ in range(TRIES[0].tries):
        assert opened(store, new_code(), asker="198.51.100.7", now=start) is None
    with pytest.raises(TooManyTriesError) as refused:
        opened(store, code, asker="198.51.100.7", now=start + timedelta(minutes=5))
    assert 595 <= refused.value.seconds <= 601
    assert opened(store, code, asker="198.51.100.8", now=start) is not None
    assert opened(store, code, asker="198.51.100.7", now=start + timedelta(minutes=16)) is not None
    with store.reading() as session:
        assert "198.51.100" not in str(session.execute(select(attempts)).all())
    with store.writing() as session:
        assert purge_attempts(session, start + timedelta(days=2)) == TRIES[0].tries + 2


def test_no_more_than_the_limit_look_however_many_try_at_once(store: Store) -> None:
    limit = {"name": (Limit(5, timedelta(minutes=1)),), "address": (Limit(8, timedelta(minutes=1)),)}

    def look(_: int) -> bool:
        try:
            with store.writing() as session:
                begin_try(session, limit)
        except TooManyTriesError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(look, range(24))) == 5


def test_what_worked_does_not_count(store: Store) -> None:
    for _ in range(6):
        with store.writing() as session:
            end_try(session, begin_try(session, {who(session, "name", "ada"): (Limit(2, timedelta(minutes=1)),)}))


@given(st.data())
def test_a_code_is_understood_however_it_is_typed(data: st.DataObject) -> None:
    code = new_code()
    typed = "".join(data.draw(st.sampled_from((letter, letter.lower()))) for letter in code)
    if data.draw(st.booleans()):
        typed = typed.replace("-", data.draw(st.sampled_from(("", " ", "  "))))
    typed = typed.replace("0", data.draw(st.sampled_from("0Oo"))).replace("1", data.draw(st.sampled_from("1Il")))
    assert code_hash(typed, "return") == code_hash(code, "return") != code_hash(code, "fit_check")


@given(st.text())
def test_no_text_is_more_than_a_code_or_none(text: str) -> None:
    assert code_hash(text, "return") is None or len(text) >= 16


def test_a_code_has_eighty_bits_in_letters_nobody_mixes_up() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)
    assert all(len(new_code().replace("-", "")) == 16 for _ in range(50))
