"""Which pairs kept by hand a plan cannot keep, and the limit each runs against: the rest of the list is placed."""

from collections import Counter

import numpy as np
import pandas as pd

from matcher.clinic.rows import clients_from
from matcher.ranking.recommender import WITHHELD, Recommender, withheld_rows
from matcher.services.staff_ranking import Ranking
from matcher.services.waiting_list import Edits, with_capacities


def unkept_pins(ranking: Ranking, clients: pd.DataFrame, edits: Edits) -> dict[str, str]:
    """Return the clients whose pin cannot be kept, each with why: of pins that run out of places, the later ones."""
    if not edits.pins:
        return {}
    away, recommender = ranking.away(), ranking.recommender
    if edits.capacities:
        numbers = {therapist: 0 if therapist in away else n for therapist, n in edits.capacities.items()}
        recommender = with_capacities(ranking.clinic, recommender, numbers)
    pinned = clients[clients["client_id"].isin(edits.pins)].reset_index(drop=True)
    withheld = set(pinned["client_id"][withheld_rows(pinned)])
    scores = dict(zip(pinned["client_id"], recommender.score(pinned), strict=True))
    rows = {str(client): pinned.iloc[[row]] for row, client in enumerate(pinned["client_id"])}
    places, taken, found = recommender.therapists_.numbers["capacity"], Counter[str](), {}
    for client, therapist in edits.pins.items():
        column = recommender.therapists_.position[therapist]
        if client in withheld:
            found[client] = f"{WITHHELD}."
        elif (client, therapist) in edits.bans:
            found[client] = "You ruled them out for each other."
        elif np.isnan(scores[client][column]):
            found[client] = _limits(ranking, recommender, rows[client], therapist)
        elif taken[therapist] >= places[column]:
            found[client] = f"Only {int(places[column])} can be kept with them: that many places are open."
        else:
            taken[therapist] += 1
    return found


def _limits(ranking: Ranking, recommender: Recommender, client: pd.DataFrame, therapist: str) -> str:
    (person,) = clients_from(client)
    (slate,) = recommender.recommend(client, 1, staff=True, safety_checked=True)
    return " ".join(ranking.why_not(slate, therapist, dict(person.concerns))) or "They are outside the limits."
