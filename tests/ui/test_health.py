import threading
import time

import pytest
from asgi import ask
from fakes import fake_services
from starlette.applications import Starlette

from matcher.ui import health, wiring


class Answering:
    def answers(self) -> bool:
        return True


class Broken:
    def answers(self) -> bool:
        raise OSError("hushhush")


@pytest.fixture
def app():
    return Starlette(routes=list(health.routes()))


def test_it_is_well_while_the_store_answers(app):
    wiring.install(fake_services(store=Answering))
    assert (ask(app, "/health").status, ask(app, "/health").body) == (200, '{"status":"ok"}')
    assert ask(app, "/health").header("cache-control") == "no-store"


@pytest.mark.parametrize("store", [Broken, lambda: None])
def test_a_store_that_does_not_answer_is_said_without_details(app, store):
    wiring.install(fake_services(store=store))
    reply = ask(app, "/health")
    assert (reply.status, reply.body) == (503, '{"status":"unavailable"}')
    assert ask(app, "/health/live").status == 200


def test_a_store_that_hangs_is_given_up_on(app, monkeypatch):
    monkeypatch.setattr(health, "_SECONDS", 0.1)
    release = threading.Event()
    wiring.install(fake_services(store=lambda: release.wait(30)))
    begun = time.perf_counter()
    try:
        assert ask(app, "/health").status == 503
        assert time.perf_counter() - begun < 10
    finally:
        release.set()
