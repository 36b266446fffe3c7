"""Ranking on a cluster: clients in partitions, therapists in blocks, slates to a folder of Parquet files.

Each worker holds the catalogue and what is believed of it once: about 900 bytes a therapist, and 9 kB more for each
whose work the model has learned from. For every thread it needs beside these some 12 arrays of 4 million pairs in
single precision (200 MB), and a part of the clients (about 2 kB each), ranked a few at a time: a part is a file, so
whoever cuts the files sets that.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd
from dask import delayed
from distributed import Client, Future

from matcher.clinic.schema import CLIENTS
from matcher.clinic.table import empty_frame
from matcher.distributed.cluster import REDUCING, shared, watch
from matcher.distributed.errors import ClusterError
from matcher.ranking.recommender import Ranking, withheld_rows

Progress = Callable[[int, int], object]
#: Clients ranked between two looks at the memory: the largest piece a worker holds besides the catalogue.
_CLIENTS_AT_ONCE = 2_000
#: How the name of a file begins until it is whole: whoever reads a folder of Parquet files passes over a dot.
_DRAFT = "."
#: How often, and how long apart, a failed run's folder is looked for once more.
_TRIES, _TRY_SECONDS = 50, 0.1
#: The columns of a ranked slate without words: numbers and ids, a row a suggested therapist.
COLUMNS = (
    "client_id",
    "rank",
    "therapist_id",
    "benefit",
    "benefit_low",
    "benefit_high",
    "alliance",
    "improvement",
    "staying",
    "withheld",
)


def rank_parts(
    client: Client, ranking: Ranking, parts: list[Any], folder: Path, top: int, progress: Progress | None = None
) -> int:
    """Rank every part's clients, write ``folder`` with a Parquet file a part, and return the number of rows.

    ``parts`` are delayed frames of clients, their own words among them: a client whose safety was raised, or whose
    words speak of risk, has one row marked ``withheld`` and no therapist; so has one whom nobody may see, unmarked.
    The folder appears when all of it is there; a run that fails leaves nothing behind.

    Raises
    ------
    FileExistsError
        If the folder is there already.
    ClusterError
        If nothing can be written there, or the cluster fails for good.
    """
    if folder.exists():
        raise FileExistsError(17, "the folder is there already: give another, or remove it", str(folder))
    # Workers were started in folders of their own.
    folder = folder.absolute()
    draft = folder.with_name(f"{folder.name}.{uuid4().hex[:8]}.part")
    try:
        draft.mkdir(parents=True)
    except OSError as error:
        raise ClusterError(f"nothing can be written beside {folder} ({error.strerror}): name another folder.") from None
    written: list[Future] = []
    try:
        sent = shared(client, ranking)
        written = [
            client.submit(_rank_part, part, sent, draft / f"part-{i:05d}.parquet", top, pure=False, priority=REDUCING)
            for i, part in enumerate(client.compute(parts or [delayed(empty_frame(CLIENTS))], retries=1))
        ]
        watch(list(written), progress)
        rows = int(sum(client.gather(written)))
        # What a killed worker had begun.
        for leftover in draft.glob(f"{_DRAFT}*"):
            leftover.unlink()
        draft.rename(folder)
    except BaseException:
        client.cancel(written, force=True)
        _remove(draft)
        raise
    return rows


def _remove(draft: Path) -> None:
    """Remove a folder that workers may still be writing their last file to; once it is gone, they cannot."""
    for _ in range(_TRIES):
        shutil.rmtree(draft, ignore_errors=True)
        if not draft.exists():
            return
        time.sleep(_TRY_SECONDS)


def _rank_part(clients: pd.DataFrame, ranking: Ranking, path: Path, top: int) -> int:
    # A part of nobody is one empty block, so that its file has the types of the others.
    starts = range(0, max(len(clients), 1), _CLIENTS_AT_ONCE)
    blocks = (clients.iloc[start : start + _CLIENTS_AT_ONCE] for start in starts)
    table = pd.concat([_ranked(block.reset_index(drop=True), ranking, top) for block in blocks], ignore_index=True)
    # A task that is run again, because its worker died, writes the same file once more.
    draft = path.with_name(f"{_DRAFT}{path.stem}-{uuid4().hex[:8]}")
    table.to_parquet(draft, index=False)
    draft.replace(path)
    return len(table)


def _ranked(clients: pd.DataFrame, ranking: Ranking, top: int) -> pd.DataFrame:
    withheld = withheld_rows(clients)
    safe = clients[~withheld].reset_index(drop=True)
    ranked, ids = ranking.rank(safe, top), ranking.therapists.ids
    rows = pd.DataFrame(
        {
            "client_id": safe["client_id"].to_numpy(dtype=object)[ranked.client_rows],
            "rank": ranked.rank,
            "therapist_id": [ids[row] for row in ranked.therapist_rows],
            "benefit": ranked.benefit,
            "benefit_low": ranked.low,
            "benefit_high": ranked.high,
            "alliance": ranked.outcomes[:, 0],
            "improvement": ranked.outcomes[:, 1],
            "staying": ranked.outcomes[:, 2],
        }
    )
    # One row a client at least, in the order they came.
    found = clients[["client_id"]].assign(withheld=withheld).merge(rows, on="client_id", how="left")
    return found.astype({"client_id": "str", "therapist_id": "str", "rank": "Int64"})[list(COLUMNS)]
