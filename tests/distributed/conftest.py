from collections.abc import Iterator

import pytest
from clusters import local_cluster
from distributed import LocalCluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with local_cluster() as started:
        yield started
