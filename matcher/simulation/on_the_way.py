"""What the made-up demo clinic's files do not hold: how enquiries went, the lists shown, who was lost, limits relaxed.

A clinic's folder has courses only; the app alone keeps offers, bookings and lists. So that the demo's owner sees every
section of a report at work, these are drawn around the demo's courses, and people who never came are put beside them.
Shares, times and chances are assumptions. The order of each list is drawn by lot with the chance logged, which says
nothing about what followed: whom a client then saw is as it is in the folder.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.ranking.recommender import Recommender
from matcher.simulation.clients import simulate_clients
from matcher.simulation.draws import Rng
from matcher.simulation.world import World

SEED, LOST = 2027, 160
#: Of those who never came, what became of them; who cannot be served here goes elsewhere or is referred on.
_WHY = {"declined": 0.2, "went_elsewhere": 0.3, "referred_on": 0.3, "no_answer": 0.15, "withdrew": 0.05}
#: The language most of them ask for, which nobody at the demo clinic speaks: one therapist more would serve them.
_ASKED, _ASKING = "punjabi", 0.4
#: How often a list puts the highest predicted benefit first, by lot.
_BEST_FIRST = 0.75
_RELAXED = 0.7
_LIMITS = ("max_fee", "max_distance_km", "availability", "formats")
_BY_LIST = ("recommended", "client_choice")
_MOMENTS = ("received_at", "offered_at", "booked_at", "first_session_at", "third_session_at", "closed_at")


@dataclass(frozen=True, slots=True, eq=False)
class OnTheWay:
    """Clients who never came, and as the app keeps them everybody's enquiries, the lists shown and limits relaxed."""

    lost: pd.DataFrame
    enquiries: pd.DataFrame
    slates: pd.DataFrame
    given_way: pd.DataFrame


def on_the_way(clinic: Clinic, world: World, seed: int = SEED) -> OnTheWay:
    """Return how a made-up clinic's enquiries went; the same arguments give the same."""
    rng = np.random.default_rng(seed)
    came = _who_came(clinic, world, rng)
    lost, gone = _who_was_lost(clinic, world, rng, seed)
    enquiries = pd.concat([came, gone], ignore_index=True)
    for name in _MOMENTS:
        enquiries[name] = pd.to_datetime(enquiries[name]).dt.tz_localize("UTC")
    slates = _lists(clinic, came, rng)
    given = _given_way(clinic, slates, rng)
    for name, by in (("relaxed", "staff"), ("loosened", "client")):
        slates[name] = slates["client_id"].isin(set(given.loc[given["by"] == by, "client_id"]))
    return OnTheWay(lost, enquiries, slates, given)


def _who_came(clinic: Clinic, world: World, rng: Rng) -> pd.DataFrame:
    """Return the enquiries of the clinic's own clients: offered and booked between their enquiry and first session."""
    first = clinic.episodes.sort_values("started_on", kind="stable").drop_duplicates("client_id")
    frame = clinic.clients[["client_id", "enquired_at"]].merge(first, on="client_id", how="left")
    n, received, today = len(frame), frame["enquired_at"], pd.Timestamp(world.today)
    # On the day itself a first session is after its enquiry.
    began = (frame["started_on"] + pd.Timedelta(hours=20)).where(frame["started_on"].notna())
    wait = began - received
    offered, booked = (received + wait * rng.uniform(*share, n) for share in ((0.15, 0.45), (0.5, 0.75)))
    until = frame["ended_on"].fillna(today)
    step = (until - frame["started_on"]) / (frame["sessions"] - 1).clip(lower=1)
    third = (began + 2 * step).where(frame["sessions"] >= 3)
    waiting = began.isna().to_numpy(bool)
    asked = received + pd.Series(pd.to_timedelta(rng.exponential(8, n), "D"))
    offered = offered.where(~waiting, asked.where((asked <= today) & (rng.random(n) < 0.5)))
    found = pd.DataFrame({"client_id": frame["client_id"], "source": "page", "received_at": received})
    found = found.assign(offered_at=offered, booked_at=booked, first_session_at=began, third_session_at=third)
    state = np.where(waiting, np.where(offered.notna(), "offered", "waiting"), "closed")
    reason = pd.Series(["started"] * n).where(~waiting)
    return found.assign(closed_at=began, closed_reason=reason, state=state, therapist_id=frame["therapist_id"])


def _who_was_lost(clinic: Clinic, world: World, rng: Rng, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return people who never came and their enquiries; many asked for a language that nobody here speaks."""
    people = simulate_clients(LOST, seed, world)
    people["client_id"] = [f"w{number:05d}" for number in range(LOST)]
    people["about"] = None
    spoken = people["languages"].to_numpy(object)
    people["languages"] = np.where(rng.random(LOST) < _ASKING, _ASKED, spoken)
    people = people.astype(clinic.clients.dtypes.to_dict())
    why = rng.choice(list(_WHY), LOST, p=list(_WHY.values()))
    received = people["enquired_at"]
    offered, closed, booked = (
        received + pd.Series(pd.to_timedelta(days, "D"))
        for days in (rng.uniform(2, 15, LOST), rng.uniform(16, 60, LOST), rng.uniform(15, 16, LOST))
    )
    was_offered = np.isin(why, ("declined", "no_answer", "withdrew"))
    open_still = (closed > pd.Timestamp(world.today)).to_numpy(bool)
    found = pd.DataFrame({"client_id": people["client_id"], "source": "page", "received_at": received})
    found["offered_at"] = offered.where(was_offered & (offered <= pd.Timestamp(world.today)))
    found["booked_at"] = booked.where(np.isin(why, ("no_answer", "withdrew")) & (booked <= pd.Timestamp(world.today)))
    nothing = pd.Series(pd.NaT, index=found.index)
    found = found.assign(first_session_at=nothing, third_session_at=nothing, closed_at=closed.where(~open_still))
    found["closed_reason"] = pd.Series(why).where(~open_still)
    return people, found.assign(state=np.where(open_still, "waiting", "closed"), therapist_id=None)


def _lists(clinic: Clinic, came: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """Return a list of two for each course that came of one: whom they saw, and another, in an order left to chance."""
    begun = clinic.episodes[clinic.episodes["matched_by"].isin(_BY_LIST)].drop_duplicates("client_id")
    begun = begun.merge(came[["client_id", "offered_at"]], on="client_id").reset_index(drop=True)
    ids = clinic.therapists["therapist_id"].to_numpy(object)
    own = pd.Index(ids).get_indexer(pd.Index(begun["therapist_id"]))
    n = len(begun)
    other = (own + rng.integers(1, len(ids), n)) % len(ids)
    by_published = Recommender().fit(Clinic(clinic.therapists, clinic.clients, clinic.episodes.iloc[:0]))
    people = clinic.clients.set_index("client_id").loc[begun["client_id"]].reset_index()
    benefit = np.nan_to_num(by_published.score(people))
    row = np.arange(n)
    best = np.where(benefit[row, own] >= benefit[row, other], own, other)
    worse = np.where(best == own, other, own)
    best_first = rng.random(n) < _BEST_FIRST
    shown = {"slate_id": [f"s{number}" for number in row], "client_id": begun["client_id"].to_numpy(object)}
    shown |= {"made_at": begun["offered_at"].dt.tz_localize("UTC"), "model_hash": "made up"}
    parts = []
    for rank, here in ((1, np.where(best_first, best, worse)), (2, np.where(best_first, worse, best))):
        chance = np.where(best_first, _BEST_FIRST, 1 - _BEST_FIRST)
        placed = {"rank": rank, "therapist_id": ids[here], "benefit": benefit[row, here], "propensity": chance}
        parts.append(pd.DataFrame(shown | placed | {"chosen": here == own}))
    return pd.concat(parts, ignore_index=True)


def _given_way(clinic: Clinic, slates: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """Return which limit gave way for some of those who were shown a list, just before it, and by whose hand."""
    shown = slates[slates["rank"] == 1].merge(clinic.clients, on="client_id")
    place = rng.integers(0, len(_LIMITS), len(shown))
    stated = shown[list(_LIMITS)].notna().to_numpy(bool)[np.arange(len(shown)), place]
    kept = stated & (rng.random(len(shown)) < _RELAXED)
    found = pd.DataFrame({"client_id": shown["client_id"], "at": shown["made_at"] - pd.Timedelta(hours=1)})
    found = found.assign(limit=np.array(_LIMITS)[place], by=rng.choice(("staff", "client"), len(shown)))
    return found[kept].reset_index(drop=True)
