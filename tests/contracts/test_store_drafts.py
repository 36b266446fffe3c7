"""What every database must do with unfinished answers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from stores import CANARY

from matcher.domain.draft import Draft
from matcher.store import drafts as d
from matcher.store.enquiry_tables import drafts as table
from matcher.store.errors import NotFoundError
from matcher.store.keys import new_keyring
from matcher.store.store import Store, open_store

ANNE, BEN = "a" * 64, "b" * 64
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANSWERS = {"client_id": "c1", "about": f"{CANARY} 😀 \ud800 \x00", "concerns": ["sleep"], "age": None}


def save(store: Store, owner: str, answers: dict, now: datetime = NOW) -> None:
    save_read(store, owner, answers, read(store, owner, now), now)


def save_read(store: Store, owner: str, answers: dict, before: Draft, now: datetime = NOW) -> Draft:
    with store.writing() as session:
        return d.save_draft(session, owner, answers, before, now)


def read(store: Store, owner: str, now: datetime = NOW) -> Draft:
    with store.reading() as session:
        return d.load_draft(session, owner, now)


def load(store: Store, owner: str, now: datetime = NOW) -> dict:
    return read(store, owner, now).answers


def make_code(store: Store, owner: str, now: datetime = NOW) -> str:
    with store.writing() as session:
        return d.make_return_code(session, owner, now)


def take_up(store: Store, code: str, owner: str, now: datetime = NOW) -> bool:
    with store.writing() as session:
        return d.take_up_draft(session, code, owner, now)


def test_answers_come_back_as_they_were_and_only_to_their_owner(store: Store) -> None:
    save(store, ANNE, {"about": "before"})
    save(store, ANNE, ANSWERS)
    assert load(store, ANNE) == ANSWERS
    assert load(store, BEN) == {}
    with store.writing() as session:
        d.delete_draft(session, ANNE)
    assert load(store, ANNE) == {}


def test_a_draft_runs_out_two_hours_after_it_last_changed(store: Store) -> None:
    save(store, ANNE, ANSWERS)
    save(store, ANNE, ANSWERS, NOW + timedelta(hours=1))
    assert load(store, ANNE, NOW + timedelta(hours=2, minutes=59))
    assert load(store, ANNE, NOW + timedelta(hours=3)) == {}


def test_a_code_leads_back_for_fourteen_days_from_another_browser_and_the_first_one_lets_go(store: Store) -> None:
    save(store, ANNE, ANSWERS)
    code = make_code(store, ANNE)
    later = NOW + timedelta(days=13)
    save(store, ANNE, ANSWERS | {"age": 30}, later)
    save(store, BEN, {"about": "somebody else's, on a shared phone"}, later)
    assert take_up(store, f" {code.lower().replace('-', ' ')} ", BEN, later)
    assert load(store, BEN, later) == ANSWERS | {"age": 30}
    assert load(store, ANNE, later) == {}
    assert take_up(store, code, BEN, later)
    assert take_up(store, code, ANNE, later)
    assert load(store, ANNE, later) == ANSWERS | {"age": 30}
    over = NOW + timedelta(days=14)
    assert not take_up(store, code, BEN, over)
    assert load(store, ANNE, over) == {}


def test_a_new_code_ends_the_old_one_and_a_draft_that_ran_out_takes_its_code_along(store: Store) -> None:
    save(store, ANNE, ANSWERS)
    old = make_code(store, ANNE)
    code = make_code(store, ANNE)
    assert not take_up(store, old, BEN)
    after = NOW + timedelta(days=15)
    save(store, ANNE, {"about": "much later"}, after)
    assert not take_up(store, code, BEN, after)
    assert load(store, ANNE, after + timedelta(hours=2)) == {}


@pytest.mark.parametrize("code", ["", "x", "0" * 16, "\ud800" * 16, "ABCD-EFGH-JKMN-PQRS", "a" * 50_000])
def test_what_is_no_code_leads_nowhere(store: Store, code: str) -> None:
    save(store, ANNE, ANSWERS)
    assert not take_up(store, code, BEN)


def test_there_is_no_code_to_nothing(store: Store) -> None:
    with pytest.raises(NotFoundError):
        make_code(store, ANNE)
    save(store, ANNE, ANSWERS)
    with pytest.raises(NotFoundError):
        make_code(store, ANNE, NOW + timedelta(hours=2))


def test_what_has_run_out_is_swept_away_and_nothing_else(store: Store) -> None:
    save(store, ANNE, ANSWERS)
    save(store, BEN, ANSWERS)
    make_code(store, BEN)
    with store.writing() as session:
        assert d.purge_drafts(session, NOW + timedelta(hours=2)) == 1
        assert session.scalar(select(func.count()).select_from(table)) == 1


def test_a_clients_drafts_are_found_by_what_is_in_them(store: Store) -> None:
    save(store, ANNE, ANSWERS)
    save(store, BEN, ANSWERS | {"client_id": "c2"})
    with store.reading() as session:
        assert [owner for owner, _ in d.drafts_of(session, "c1")] == [ANNE]


def test_neither_words_nor_code_stand_in_the_table(store: Store) -> None:
    save(store, ANNE, ANSWERS)
    code = make_code(store, ANNE)
    with store.reading() as session:
        row = session.execute(select(table)).one()
    assert CANARY.encode() not in row.private
    assert code not in str(row)
    assert code.replace("-", "") not in str(row)


def test_tabs_that_save_at_once_all_succeed_and_one_of_them_stays(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: save(store, ANNE, {"about": number}, datetime.now(UTC)), range(40)))
    assert load(store, ANNE, datetime.now(UTC))["about"] in range(40)


def test_what_two_tabs_change_is_all_kept_and_of_one_answer_the_later_one(store: Store) -> None:
    save(store, ANNE, ANSWERS)
    one, two = read(store, ANNE), read(store, ANNE)
    save_read(store, ANNE, {**one.answers, "age": 30, "concerns": ["sleep", "grief"], "step": "cost"}, one)
    changed = {**two.answers, "about": "more", "concerns": ["sleep", "anger"], "max_fee": None, "step": "last"}
    kept = save_read(store, ANNE, changed, two)
    assert kept == read(store, ANNE)
    assert kept.answers == ANSWERS | {
        "age": 30, "about": "more", "concerns": ["sleep", "grief", "anger"], "step": "last",
    }  # fmt: skip
    # The tab goes on from what came in.
    assert save_read(store, ANNE, {**kept.answers, "age": None}, kept).answers["age"] is None


def test_two_tabs_opened_before_anything_was_kept_become_one_enquiry(store: Store) -> None:
    one, two = {"client_id": "c1"}, {"client_id": "c2"}
    save_read(store, ANNE, {**one, "concerns": ["sleep"]}, Draft(one))
    assert save_read(store, ANNE, {**two, "concerns": ["grief"]}, Draft(two)).answers == {
        "client_id": "c1", "concerns": ["sleep", "grief"],
    }  # fmt: skip


def test_what_was_forgotten_in_one_tab_does_not_come_back_from_another(store: Store) -> None:
    save(store, ANNE, ANSWERS)
    before = read(store, ANNE)
    with store.writing() as session:
        d.delete_draft(session, ANNE)
    # Nor where nobody has begun again: only what is said from now on is kept.
    assert save_read(store, ANNE, {**ANSWERS, "age": 30}, before).answers == {"age": 30}
    with store.writing() as session:
        d.delete_draft(session, ANNE)
    anew = {"client_id": "c2", "concerns": ["grief"]}
    save_read(store, ANNE, anew, read(store, ANNE))
    assert save_read(store, ANNE, {**ANSWERS, "age": 30}, before).answers == anew | {"age": 30}


def test_a_tab_left_open_for_hours_keeps_its_answers(store: Store) -> None:
    kept = save_read(store, ANNE, ANSWERS, Draft())
    later = NOW + timedelta(hours=3)
    assert save_read(store, ANNE, {**ANSWERS, "age": 30}, kept, later).answers == ANSWERS | {"age": 30}
    with store.writing() as session:
        assert d.purge_drafts(session, later + timedelta(hours=3)) == 1
    assert save_read(store, ANNE, ANSWERS, kept, later + timedelta(hours=3)).answers == ANSWERS


def test_saving_takes_one_statement_unless_there_is_to_merge(store: Store) -> None:
    said: list[str] = []
    kept = save_read(store, ANNE, ANSWERS, Draft())
    with store.writing() as session:
        session.connection()
        event.listen(store.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
        d.save_draft(session, ANNE, {**ANSWERS, "age": 30}, kept, NOW)
    assert len(said) == 1


def test_another_process_finds_the_draft(store: Store, store_url: str) -> None:
    save(store, ANNE, ANSWERS)
    with pytest.raises(Exception, match="other keys"):
        open_store(store_url, new_keyring())
    other = open_store(store_url, store.sealer.ring)
    try:
        assert load(other, ANNE) == ANSWERS
    finally:
        other.close()
