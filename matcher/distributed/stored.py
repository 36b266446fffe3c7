"""A stored clinic's parts, read by the workers: each opens the store with its own settings, so that no key travels."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from dask import delayed

from matcher.config import Settings, read_settings
from matcher.distributed.parts import Part, Parts
from matcher.store.engine import shown_url, store_file
from matcher.store.errors import StoreError
from matcher.store.keys import parse_keyring, read_key_file
from matcher.store.parts import client_ranges, load_clients, load_part
from matcher.store.store import Store, open_store

#: Clients a part: some 20 MB with their episodes.
CLIENTS_A_PART = 50_000


def stored_parts(store: Store, size: int = CLIENTS_A_PART) -> Parts:
    """Return a store's parts, read where they are needed; its own keys hold ids apart."""
    where = _shown(store)
    rows = [delayed(_read, pure=False)(where, first, stop) for first, stop in client_ranges(store, size)]
    return Parts(rows, [])


def stored_clients(store: Store, size: int = CLIENTS_A_PART) -> list[Any]:
    """Return a store's clients as lazy parts with what they wrote: delayed canonical frames."""
    where = _shown(store)
    return [delayed(_read_clients, pure=False)(where, first, stop) for first, stop in client_ranges(store, size)]


def _shown(store: Store) -> str:
    return _place(store.engine.url.render_as_string(hide_password=False))


def _place(url: str) -> str:
    """Return where a store is, in full: workers are started in folders of their own, and see no password."""
    file = store_file(url)
    return shown_url(url) if file is None else str(file.absolute())


def _read(where: str, first: int, stop: int) -> Part:
    with _own_store(where) as store:
        return Part(*load_part(store, first, stop))


def _read_clients(where: str, first: int, stop: int) -> pd.DataFrame:
    with _own_store(where) as store:
        return load_clients(store, first, stop)


@contextmanager
def _own_store(where: str) -> Iterator[Store]:
    settings = read_settings()
    own, file = _place(settings.url()), store_file(settings.url())
    if own != where:
        raise StoreError(
            f"a worker's settings name the store {own}, and not {where}: give every worker the same settings, a file "
            "with its whole path."
        )
    # Opened where there is none, a store of nobody would be made.
    if file is not None and not file.is_file():
        raise StoreError(f"a worker sees no store at {where}: use PostgreSQL, or start workers on this machine.")
    store = open_store(settings.url(), _ring(settings))
    try:
        yield store
    finally:
        store.close()


def _ring(settings: Settings) -> Any:
    return (
        read_key_file(settings.key_file) if settings.keys is None else parse_keyring(settings.keys.get_secret_value())
    )
