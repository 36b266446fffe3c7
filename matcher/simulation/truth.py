"""What is hidden in a made-up clinic: true effects of every therapist and client, and so each pair's true benefit."""

from dataclasses import dataclass, field
from functools import cached_property
from math import log, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.clinic.pairs import Pairs
from matcher.domain.vocabulary import DOMAINS
from matcher.simulation.matching import domain_weights, match_effects
from matcher.simulation.world import LOGIT_BLUR, World

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]
# The unit of staying: the SD of a yes or no at a drop-out rate of one in five (contract, section 2).
STAYING_UNIT = 0.4
# What a therapist's own effects multiply.
EFFECTS: tuple[str, ...] = ("level", "severity", *(f"domain_{domain}" for domain in DOMAINS), "minority")
OUTCOMES: tuple[str, ...] = ("alliance", "improvement", "leaving")


@dataclass(frozen=True, eq=False)
class Benefit:
    """True outcomes of pairs in SD units, without noise; only a client's differences mean anything.

    ``dropout`` is the pair's true drop-out probability, from which ``staying`` comes.
    """

    alliance: Floats
    improvement: Floats
    dropout: Floats

    @property
    def staying(self) -> Floats:
        """Minus the drop-out probability, divided by 0.4."""
        return np.asarray(-self.dropout / STAYING_UNIT)

    @cached_property
    def benefit(self) -> Floats:
        """The plain mean of the three (contract, section 2)."""
        return np.asarray((self.alliance + self.improvement + self.staying) / 3)

    def relative(self, eligible: Bools) -> Floats:
        """Return the benefit relative to the average therapist each client could see, NaN where not eligible."""
        masked = np.where(eligible, self.benefit, np.nan)
        count = np.maximum(eligible.sum(axis=1, keepdims=True), 1)
        return np.asarray(masked - np.where(eligible, self.benefit, 0).sum(axis=1, keepdims=True) / count)

    def best(self, eligible: Bools) -> NDArray[np.intp]:
        """Return the oracle's choice: each client's best eligible therapist (row number), -1 where there is none."""
        choice = np.where(eligible, self.benefit, -np.inf).argmax(axis=1)
        return np.where(eligible.any(axis=1), choice, -1)


@dataclass(frozen=True, eq=False)
class HiddenClients:
    """Each client's true severity and prognosis (SD), neither of which a clinic's folder holds."""

    ids: pd.Index
    severity: Floats
    prognosis: Floats

    def take(self, rows: NDArray[np.intp]) -> "HiddenClients":
        """Return the given clients."""
        return HiddenClients(self.ids[rows], self.severity[rows], self.prognosis[rows])

    def of(self, ids: pd.Series) -> "HiddenClients":
        """Return the clients with the given ids."""
        return self.take(_rows(self.ids, ids, "client"))


@dataclass(frozen=True, eq=False)
class HiddenTherapists:
    """Each therapist's own ``effects`` (3, n, 11): alliance, improvement in SD, leaving in logits; see ``EFFECTS``."""

    ids: pd.Index
    effects: Floats

    def take(self, rows: NDArray[np.intp]) -> "HiddenTherapists":
        """Return the given therapists."""
        return HiddenTherapists(self.ids[rows], self.effects[:, rows])

    def of(self, ids: pd.Series) -> "HiddenTherapists":
        """Return the therapists with the given ids."""
        return self.take(_rows(self.ids, ids, "therapist"))

    def frame(self) -> pd.DataFrame:
        """Return one row a therapist, a column for each effect on each outcome."""
        named = {
            f"{outcome}_{effect}": self.effects[i, :, j]
            for i, outcome in enumerate(OUTCOMES)
            for j, effect in enumerate(EFFECTS)
        }
        return pd.DataFrame({"therapist_id": list(self.ids), **named})


@dataclass(frozen=True, eq=False)
class Truth:
    """The hidden side of a simulated clinic; ``courses`` holds what was never measured about each episode."""

    world: World
    therapists: HiddenTherapists
    clients: HiddenClients
    courses: pd.DataFrame = field(default_factory=pd.DataFrame)

    def benefit(self, clients: pd.DataFrame, therapists: pd.DataFrame) -> Benefit:
        """Return the true benefit (n_clients, n_therapists) of rows of this clinic's frames.

        Raises
        ------
        ValueError
            If a client or therapist is not one of this clinic's.
        """
        table = encode_therapists(therapists)
        pairs = Pairs(encode_clients(clients, table), table)
        return expected(
            pairs, self.clients.of(clients["client_id"]), self.therapists.of(therapists["therapist_id"]), self.world
        )


@dataclass(frozen=True, eq=False)
class Tendency:
    """Means of a pair before anything happens: true alliance, improvement before leaving, and the leaving logit."""

    alliance: Floats
    improvement: Floats
    leaving: Floats


def tendency(pairs: Pairs, clients: HiddenClients, therapists: HiddenTherapists, world: World) -> Tendency:
    """Return what each pair tends to, given everything that is true of both.

    A therapist's effects are whole effects; what runs through alliance and early response is not added again.
    """
    own = _own_effects(pairs, clients, therapists, world)
    match = match_effects(pairs, world)
    through = match.improvement + world.alliance_on_improvement * match.alliance
    age = (np.nan_to_num(pairs.clients.numbers["age"], nan=38.0) - 38) / 10
    early = world.dropout_per_early_response * world.early_response_r
    client = _usual_logit(world) + world.dropout_per_decade_age * age + early * clients.prognosis
    leaving = (
        own[2]
        + pairs.client(client)
        + world.preference_logit * match.wishes
        + world.dropout_per_alliance * match.alliance
        + early * through
    )
    return Tendency(own[0] + match.alliance, own[1] + through, leaving)


def expected(pairs: Pairs, clients: HiddenClients, therapists: HiddenTherapists, world: World) -> Benefit:
    """Return the expected outcomes of pairs, chance averaged out; leaving early costs improvement."""
    mean = tendency(pairs, clients, therapists, world)
    dropout = expit(mean.leaving / sqrt(1 + LOGIT_BLUR * world.dropout_noise))
    return Benefit(mean.alliance, mean.improvement - world.dropout_cost * (dropout - world.dropout_rate), dropout)


def _own_effects(
    pairs: Pairs, clients: HiddenClients, therapists: HiddenTherapists, world: World
) -> list[NDArray[np.float32]]:
    severity = clients.severity
    if world.effects == "threshold":
        severity = np.where(severity > 0, 0.8, -0.8)
    columns = np.column_stack(
        (
            np.ones(len(severity)),
            severity,
            domain_weights(pairs.clients.concern_share, world),
            pairs.clients.sets["identities"].known,
        )
    ).astype(np.float32)
    return [pairs.dot(columns, outcome.astype(np.float32)) for outcome in therapists.effects]


def _usual_logit(world: World) -> float:
    """Return the logit at which the average client, chance and therapists blurred in, leaves at the published rate."""
    blur = world.dropout_noise + world.dropout_therapist_sd**2 + world.dropout_domain_sd**2
    return log(world.dropout_rate / (1 - world.dropout_rate)) * sqrt(1 + LOGIT_BLUR * blur)


def _rows(known: pd.Index, ids: pd.Series, noun: str) -> NDArray[np.intp]:
    rows = known.get_indexer(pd.Index(ids))
    if (rows < 0).any():
        raise ValueError(f"{int((rows < 0).sum())} {noun}s are not of this simulated clinic.")
    return rows
