"""Past matches as owners and leads see them: by role, noted, and without anything a client said."""

from pathlib import Path

import pytest
from made import client, clinic, therapist
from stores import CANARY, RING

from matcher.ranking.recommender import Recommender
from matcher.services.access import NotAllowedError, Person
from matcher.services.past_matches import compared, model_names, past_match, past_matches
from matcher.store import slates
from matcher.store.clinics import import_clinic
from matcher.store.decisions import record_choice
from matcher.store.errors import NotFoundError
from matcher.store.schema import metadata
from matcher.store.snapshot import PUBLISHED
from matcher.store.store import Store, open_store

OWNER, LEAD, INTAKE = (Person(role[0] * 32, role.capitalize(), role) for role in ("owner", "lead", "intake"))
ADMINISTRATOR = Person("z" * 32, "Admin", "administrator")
MADE = clinic(
    therapist("t1", name="Asha Demir", gender="woman"),
    therapist("t2", name="Ben Okafor"),
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
    assert (found.rows["chance of being shown"] == 1).all()
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


def test_a_match_that_is_not_kept_is_refused(store: Store) -> None:
    with pytest.raises(NotFoundError):
        past_match(OWNER, store, "f" * 32)
