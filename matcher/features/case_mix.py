"""What a client brings whoever they see: the case mix that outcomes are adjusted for, and what therapists differ on."""

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import ClientTable, Floats
from matcher.domain.vocabulary import CONCERNS, DOMAINS

_DOMAIN_OF: Floats = np.array(
    [[concern.domain == domain for domain in DOMAINS] for concern in CONCERNS.values()], dtype=np.float32
)
# Mean and SD of a client's mean concern severity (1 to 3), used where no questionnaire score was taken.
_SEVERITY_MEAN, _SEVERITY_SD = 2.0, 0.6

CASE_MIX_NAMES: tuple[str, ...] = (
    "intercept",
    "start_score",
    "start_score_squared",
    "start_score_missing",
    "severity",
    "number_of_concerns",
    "age_decades",
    "age_missing",
    *(f"domain_{domain}" for domain in DOMAINS[1:]),
)
THERAPIST_COVARIATES: tuple[str, ...] = ("level", *(f"domain_{domain}" for domain in DOMAINS), "severity")


def domain_share(clients: ClientTable) -> Floats:
    """Return each domain's share of the client's severity-weighted concerns, (n, 8); rows sum to 1 or 0."""
    share: Floats = clients.concern_share @ _DOMAIN_OF
    return share


def mean_severity(clients: ClientTable) -> Floats:
    """Return the mean severity of the client's concerns (n,), standardised."""
    named = np.maximum((clients.severity > 0).sum(axis=1), 1)
    return np.asarray((clients.severity.sum(axis=1) / named - _SEVERITY_MEAN) / _SEVERITY_SD, dtype=np.float32)


def severity(clients: ClientTable) -> Floats:
    """Return how unwell each client is (n,) in SD: the start score where known, else the mean concern severity."""
    return np.clip(np.where(np.isnan(clients.start), mean_severity(clients), clients.start), -3, 3)


def case_mix(clients: ClientTable) -> NDArray[np.float64]:
    """Return the case-mix design (n, 15), columns as in ``CASE_MIX_NAMES``; blanks take the mean and a marker."""
    start, age = clients.start, clients.numbers["age"]
    score = np.clip(np.nan_to_num(start), -4, 4)
    return np.column_stack(
        (
            np.ones(len(clients)),
            score,
            score**2 - 1,
            np.isnan(start),
            mean_severity(clients),
            (clients.severity > 0).sum(axis=1) - 2,
            np.nan_to_num((age - 38) / 10),
            np.isnan(age),
            domain_share(clients)[:, 1:],
        )
    ).astype(np.float64)


def therapist_covariates(clients: ClientTable) -> NDArray[np.float64]:
    """Return what a therapist's own effects multiply (n, 10): 1, the client's domain shares, and severity in SD."""
    return np.column_stack((np.ones(len(clients)), domain_share(clients), severity(clients))).astype(np.float64)
