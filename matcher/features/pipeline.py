"""The comparisons as scikit-learn transformers: pairs in, one column a comparison out, blanks filled last."""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from matcher.clinic.encoding import ClientTable, TherapistTable, encode_clients, encode_therapists, rows_of
from matcher.clinic.folder import Clinic
from matcher.clinic.frames import canonical_clients
from matcher.clinic.pairs import Pairs
from matcher.features.comparisons import COMPARISONS, NAMES

# Every comparison is centred so that nothing asked, or nothing known, is 0.
NEUTRAL = 0.0


class PairComparisons(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turns pairs of client and therapist into one column a comparison, NaN where the therapist's side is not known.

    ``fit`` takes a clinic and keeps its therapists and clients. ``transform`` takes one row a pair: ``client_id`` and
    ``therapist_id`` of the fitted clinic, such as its episodes; or whole clients, a row a pair, with ``therapist_id``.
    """

    def fit(self, clinic: Clinic, y: None = None) -> Self:
        """Learn who the therapists and clients are."""
        self.therapists_: TherapistTable = encode_therapists(clinic.therapists)
        self.clients_: ClientTable = encode_clients(clinic.clients, self.therapists_)
        return self

    def transform(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return the comparisons of the pairs (n, comparisons), rows as given.

        Raises
        ------
        ValueError
            If a client or therapist is not in the fitted clinic.
        """
        check_is_fitted(self, "therapists_")
        therapists = self.therapists_.take(_rows(self.therapists_.position, pairs["therapist_id"], "therapist_id"))
        aligned = Pairs(self._clients(pairs), therapists, grid=False)
        values = np.zeros((len(pairs), len(COMPARISONS)))
        for i, comparison in enumerate(COMPARISONS):
            asked = comparison.asked(aligned.clients)
            unknown = asked & comparison.unknown(aligned)
            values[:, i] = np.where(unknown, np.nan, np.where(asked, comparison.values(aligned), NEUTRAL))
        return pd.DataFrame(values, columns=list(NAMES), index=pairs.index)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the comparisons' names."""
        return np.array(NAMES, dtype=object)

    def _clients(self, pairs: pd.DataFrame) -> ClientTable:
        if "concerns" in pairs:
            once = pairs.drop(columns="therapist_id").drop_duplicates("client_id")
            table = encode_clients(canonical_clients(once), self.therapists_)
        else:
            table = self.clients_
        position = {client_id: row for row, client_id in enumerate(table.ids)}
        return table.take(_rows(position, pairs["client_id"], "client_id"))


class MissingLevel(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Puts the missing level in where a comparison is not known: unknown is neither yes nor no."""

    def __init__(self, level: float = NEUTRAL) -> None:
        self.level = level

    def fit(self, comparisons: pd.DataFrame, y: None = None) -> Self:
        """Keep the columns' names."""
        self.feature_names_in_ = np.array(comparisons.columns, dtype=object)
        return self

    def transform(self, comparisons: pd.DataFrame) -> pd.DataFrame:
        """Return the comparisons without a NaN."""
        check_is_fitted(self, "feature_names_in_")
        return comparisons.fillna(self.level)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the columns' names."""
        return self.feature_names_in_


def make_pair_pipeline(clinic: Clinic) -> Pipeline:
    """Return the comparisons fitted to a clinic, then the missing level: what the ranking scores, as a pipeline.

    A clinic is not a frame of rows, so the first step is fitted here and the pipeline is ready to ``transform``.
    """
    comparisons = PairComparisons().fit(clinic)
    nobody = pd.DataFrame(columns=list(NAMES), dtype=np.float64)
    return Pipeline([("comparisons", comparisons), ("missing_level", MissingLevel().fit(nobody))])


def _rows(position: dict[str, int], ids: pd.Series, column: str) -> NDArray[np.intp]:
    rows = rows_of(position, ids.tolist())
    if (rows < 0).any():
        raise ValueError(f"{int((rows < 0).sum())} pairs name a {column} the clinic does not hold")
    return rows
