"""A real cluster on this machine: a scheduler and two worker processes, as somebody would start them."""

from distributed import LocalCluster


def local_cluster(workers: int = 2) -> LocalCluster:
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    )
