"""What the server does beside serving: loading, telling the first owner where to start, sweeping, and letting go."""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import streamlit as st
from streamlit import config

from matcher.ui import wiring
from matcher.ui.loading import IMPORTS
from matcher.ui.ports import Services
from matcher.ui.quiet_logs import quiet_logs
from matcher.ui.theme_once import theme_once

#: How often expired drafts, codes and sessions are swept away.
PURGE_SECONDS = 300.0
#: How often staff are told of what came in, and places held for too long are given back.
TELL_SECONDS = 30.0
_log = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Load beside the first page, sweep while serving, and close the store at the end."""
    theme_once()
    with quiet_logs():
        services = wiring.services()
        Thread(target=_warm, args=(services,), name="matcher-warm-up", daemon=True).start()
        sweeping = asyncio.create_task(_sweep(services))
        telling = asyncio.create_task(_tell(services))
        try:
            yield {}
        finally:
            sweeping.cancel()
            telling.cancel()
            await asyncio.to_thread(wiring.close)


def _warm(services: Services) -> None:
    """Open the store and load what clients need later, in the order in which they need it."""
    for name, load in (
        ("store", lambda: _greet(services)),
        ("safety rules", lambda: services.safety_flags(["a"])),
        ("concerns", lambda: services.suggest_concerns(["a"])),
        ("therapists", services.matching),
    ):
        try:
            load()
        except Exception as error:
            _log.error("The %s could not be loaded: %s", name, type(error).__name__)
    # What is loaded now stays: the collector need not look through it again while people wait.
    gc.collect()
    gc.freeze()


def _greet(services: Services) -> None:
    # The store's libraries take a second to import, and the first page needs none of them.
    with IMPORTS:
        from matcher.services.one_time_links import first_owner_words  # noqa: PLC0415

    port = int(config.get_option("server.port"))
    said = first_owner_words(services.store(), services.settings, port, seen_by_a_person=sys.stdout.isatty())
    if said is not None:
        print(f"\n{said}\n", flush=True)


async def _sweep(services: Services) -> None:
    while True:
        await asyncio.sleep(PURGE_SECONDS)
        try:
            await asyncio.to_thread(_sweep_once, services)
        except Exception as error:
            _log.error("What has expired could not be swept away: %s", type(error).__name__)


async def _tell(services: Services) -> None:
    while True:
        await asyncio.sleep(TELL_SECONDS)
        try:
            await asyncio.to_thread(_tell_once, services)
        except Exception as error:
            _log.error("Staff could not be told of what came in: %s", type(error).__name__)


def _tell_once(services: Services) -> None:
    with IMPORTS:
        from matcher.services.lapsing import lapse_holds  # noqa: PLC0415
        from matcher.services.notices import announce, send_waiting  # noqa: PLC0415

    store = services.store()
    lapse_holds(store, datetime.now(UTC))
    announce(store)
    send_waiting(store, services.settings)


def _sweep_once(services: Services) -> None:
    with IMPORTS:
        from matcher.services.upkeep import purge_while_serving  # noqa: PLC0415

    purge_while_serving(services.store())
