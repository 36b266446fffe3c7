"""Past matches as owners and leads see them: by role, noted, and without anything a client said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from made import client, clinic, therapist
from stores import CANARY, RING

from matcher.ranking.persistence import save_model
from matcher.ranking.recommender import Recommender
from matcher.services.access import NotAllowedError, Person
from matcher.services.past_matches import compared, model_names, past_match, past_matches
from matcher.services.replay import recommender_of
from matcher.store import slates
from matcher.store.clinics import import_clinic
from matcher.store.decisions import record_choice
from matcher.store.enquiries import add_enquiry
from matcher.store.errors import NotFoundError
from matcher.store.models import add_model, model_of
from matcher.store.schema import metadata
from matcher.store.snapshot import PUBLISHED
from matcher.store.store import Store, open_store

OWNER, LEAD, INTAKE = (Person(role[0] * 32, role.capitalize(), role) for role in ("owner", "lead", "intake"))
ADMINISTRATOR = Person("z" * 32, "Admin", "administrator")
STAFF = (therapist("t1", name="Asha Demir", gender="woman"), therapist("t2", name="Ben Okafor"))
MADE = clinic(
    *STAFF,
    people=(client("c1", about=f"{CANARY} I cannot sleep", therapist_gender="woman"),),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path}/store.sqlite", RING)
    import_clinic(opened, MADE)
    yield opened
    opened.close()


@pytest.fixture
def slate_id(store: Store) -> str:
    """Return a match that was shown to a client, who took the first, with words of their own."""
    shown = Recommender().fit(MADE).recommend(MADE.clients, top=2)[0]
    with store.writing() as session:
        made_with = slates.MadeWith(slates.keep_catalogue(session, MADE.therapists), top=2)
        made = slates.save_slate(session, shown, MADE.clients, made_with, "intake")
        record_choice(session, made, shown.recommendations[0].therapist_id, "client", "c1", f"{CANARY} she sounds kind")
    return made


def looks(store: Store) -> list[str]:
    """Return who looked at a match, in order."""
    audit = metadata.tables["audit"]
    with store.reading() as session:
        return list(
            session.scalars(audit.select().with_only_columns(audit.c.actor).where(audit.c.action == "saw slate"))
        )


@pytest.mark.parametrize("person", [INTAKE, ADMINISTRATOR])
def test_other_roles_see_none(store: Store, slate_id: str, person: Person) -> None:
    for ask in (
        lambda: past_matches(person, store),
        lambda: model_names(person, store),
        lambda: past_match(person, store, slate_id),
        lambda: compared(person, store, slate_id, PUBLISHED),
    ):
        with pytest.raises(NotAllowedError):
            ask()
    assert looks(store) == []


def test_the_list_says_when_and_how_many_but_not_whose(store: Store, slate_id: str) -> None:
    (kept,) = past_matches(OWNER, store)
    assert (kept.slate_id, kept.shown, kept.eligible, kept.withheld) == (slate_id, 2, 2, False)
    assert not hasattr(kept, "client_id")
    assert model_names(OWNER, store) == {PUBLISHED: "published effects alone"}


def test_a_match_shows_who_was_on_it_and_who_was_chosen_and_whoever_looks_is_noted(store: Store, slate_id: str) -> None:
    found = past_match(OWNER, store, slate_id)
    assert found.rows["therapist"].tolist()[0] == "Asha Demir"
    assert found.rows["chosen"].tolist() == [True, False]
    assert (found.rows["chance of this place"] == 1).all()
    assert looks(store) == [OWNER.account_id]


def test_reasons_tell_of_wishes_so_only_a_lead_reads_them_and_nobody_reads_words(store: Store, slate_id: str) -> None:
    for_owner, for_lead = (past_match(person, store, slate_id).rows for person in (OWNER, LEAD))
    assert "why" not in for_owner
    assert "why" in for_lead
    for rows in (for_owner, for_lead, compared(LEAD, store, slate_id, PUBLISHED).rows):
        assert CANARY not in rows.to_csv()


def test_published_effects_say_the_same_again_of_a_match_they_made(store: Store, slate_id: str) -> None:
    shown, again = past_match(OWNER, store, slate_id), compared(OWNER, store, slate_id, PUBLISHED)
    columns = ["place", "therapist", "benefit (SD)", "wishes honoured"]
    assert again.rows[columns].equals(shown.rows[columns])
    assert "chosen" not in again.rows
    assert set(looks(store)) == {OWNER.account_id}


def trained(store: Store, folder: Path, best: str) -> str:
    """Keep a model of courses in which one therapist's clients all got well and the other's did not; its hash."""
    people = tuple(client(f"x{number}") for number in range(80))
    courses = tuple(
        {"episode_id": f"e{n}", "client_id": f"x{n}", "therapist_id": who, "started_on": f"2025-{n % 12 + 1:02}-03",
         "ended_on": "2026-03-01", "measure": "phq9", "score_start": 18, "score_end": 2 if who == best else 20,
         "ending": "planned" if who == best else "dropped_out", "alliance_goal": 9 if who == best else 2}
        for n in range(80)
        for who in (f"t{n % 2 + 1}",)
    )  # fmt: skip
    learned = Recommender().fit(clinic(*STAFF, people=people, episodes=courses)).learned_
    save_model(learned, folder / f"{best}.joblib", window=("2025-01-03", "2025-12-03"))
    with store.writing() as session:
        return add_model(session, folder / f"{best}.joblib", "owner", use=False)


@pytest.fixture
def kept(store: Store) -> Callable[..., str]:
    def keep(model_hash: str, *, past_off: bool = False, made_by: str = "intake") -> str:
        with store.reading() as session:
            stored = None if model_hash == PUBLISHED else model_of(session, model_hash)
        recommender = recommender_of(replace(MADE, clients=MADE.clients.iloc[:0]), stored)
        plain = MADE.clients.assign(therapist_gender=None)
        shown = replace(recommender.recommend(plain, top=2)[0], published_only=past_off)
        with store.writing() as session:
            catalogue = slates.keep_catalogue(session, MADE.therapists)
            made_with = slates.MadeWith(catalogue, model_hash, top=2)
            return slates.save_slate(session, shown, plain, made_with, made_by)

    return keep


def test_two_models_that_learned_otherwise_put_otherwise_first(
    store: Store, tmp_path: Path, kept: Callable[..., str]
) -> None:
    one, other = trained(store, tmp_path, "t1"), trained(store, tmp_path, "t2")
    shown = kept(one)
    assert past_match(OWNER, store, shown).rows["therapist"].tolist() == ["Asha Demir", "Ben Okafor"]
    for model, order in ((one, ["Asha Demir", "Ben Okafor"]), (other, ["Ben Okafor", "Asha Demir"])):
        again = compared(OWNER, store, shown, model)
        assert again.rows["therapist"].tolist() == order
        assert again.model_hash == model
        assert not again.past_off


def test_a_client_who_switched_past_matches_off_is_not_said_to_be_ranked_by_a_trained_model(
    store: Store, tmp_path: Path, kept: Callable[..., str]
) -> None:
    other = trained(store, tmp_path, "t2")
    shown = kept(PUBLISHED, past_off=True, made_by=slates.CLIENT)
    again, published = (compared(OWNER, store, shown, model) for model in (other, PUBLISHED))
    assert again.past_off
    assert not published.past_off
    assert again.rows.equals(published.rows)


def test_matches_are_found_by_day_by_number_and_by_those_who_see_enquiries_by_reference(
    store: Store, slate_id: str, kept: Callable[..., str]
) -> None:
    other = kept(PUBLISHED)
    table = metadata.tables["slates"]
    with store.writing() as session:
        # Late in the evening of the third in Sydney, and still the third in London.
        evening = datetime(2026, 3, 3, 12, tzinfo=UTC)
        session.execute(table.update().where(table.c.slate_id == other).values(made_at=evening))
        reference = add_enquiry(session, "c1", "phone", "intake")
    sydney = ZoneInfo("Australia/Sydney")
    ids = lambda person, **by: {one.slate_id for one in past_matches(person, store, **by)}  # noqa: E731
    assert ids(OWNER) == {slate_id, other}
    assert ids(OWNER, day=date(2026, 3, 3), zone=sydney) == {other}
    assert ids(OWNER, day=date(2026, 3, 4), zone=sydney) == set()
    assert ids(OWNER, sought=other[:8].upper()) == {other}
    assert ids(OWNER, sought="%") == set()
    assert ids(LEAD, sought=reference.lower()) == {slate_id, other}
    # A reference tells whose match it is, which an owner does not see here.
    assert ids(OWNER, sought=reference) == set()


def test_a_match_that_is_not_kept_is_refused(store: Store) -> None:
    with pytest.raises(NotFoundError):
        past_match(OWNER, store, "f" * 32)
