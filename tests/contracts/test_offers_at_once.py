"""Several people at once on the same few therapists and clients: every place is somebody's or open, and none twice."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from staffed import CLINIC, INTAKE, NOW, enquire, held, look, open_places, ranking

from matcher.services.lapsing import lapse_holds
from matcher.services.offers import Offer, book, close, decline, offer
from matcher.services.one_enquiry import move
from matcher.store.clinics import import_clinic
from matcher.store.errors import NoPlaceLeftError, StaleVersionError, StoreError
from matcher.store.store import Store
from tests.contracts.test_store_at_once import at_once, entries

CLIENTS = ("a", "b", "c", "d")
# Two who fit everybody, with three places for four clients.
THERAPISTS = ("t1", "t2")
EACH = 14
OFTEN = {"offer": 6, "book": 3, "decline": 1, "close": 1, "move": 1, "lapse": 1}


def somebody_works(store: Store, number: int) -> Counter[str]:
    """Do one thing after another as staff would, on what the page said a moment ago."""
    chance, came = random.Random(number), Counter[str]()
    for step in range(EACH):
        client_id, therapist_id = chance.choice(CLIENTS), chance.choice(THERAPISTS)
        version, now = look(store, client_id).version, NOW + timedelta(hours=step)
        wanted = Offer(therapist_id, hold_days=chance.choice((0, 3)), reason="client_asked", note="Said so")
        (do,) = chance.choices(tuple(OFTEN), weights=tuple(OFTEN.values()))
        try:
            match do:
                case "offer":
                    offer(INTAKE, store, ranking(store), client_id, version, wanted, now)
                case "book":
                    book(INTAKE, store, client_id, version, now + timedelta(days=2), now)
                case "decline":
                    decline(INTAKE, store, client_id, version, "times", "", now)
                case "close":
                    close(INTAKE, store, client_id, version, chance.choice(("started", "no_answer")), "")
                case "move":
                    move(INTAKE, store, client_id, version, "waiting", now)
                case "lapse":
                    lapse_holds(store, now + timedelta(days=1))
        except (StaleVersionError, NoPlaceLeftError):
            came["somebody else was faster"] += 1
        except StoreError as error:
            # Who waits for whom is settled by the order of locks: nobody hears of it from the database.
            came["the database" if "the store at" in str(error) else "refused"] += 1
        else:
            came[do] += 1
    return came


@pytest.mark.slow
def test_places_add_up_whoever_was_faster(store: Store, store_url: str) -> None:
    import_clinic(store, CLINIC)
    for client_id in CLIENTS:
        enquire(store, client_id)
    came = sum(at_once(store_url, 3, somebody_works), Counter())
    assert {"offer", "book"} <= set(came), came
    assert not came["the database"]
    theirs = {client_id: [place.therapist_id for place in held(store, client_id)] for client_id in CLIENTS}
    assert all(len(with_them) <= 1 for with_them in theirs.values()), "nobody has two places"
    taken = Counter(therapist_id for with_them in theirs.values() for therapist_id in with_them)
    given = CLINIC.therapists.set_index("therapist_id")["capacity"]
    assert all(open_places(store, one) + taken[one] == given[one] for one in THERAPISTS)
    entries(store)
