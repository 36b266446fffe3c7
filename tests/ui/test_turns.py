"""A few pages are drawn at a time, everybody gets their turn, and nobody waits for ever."""

from threading import Event, Lock, Thread

import pytest

from matcher.ui import turns


def test_no_more_than_a_few_are_drawn_at_once_and_everybody_is() -> None:
    lock, now, most, done = Lock(), [0], [0], []

    def draw(name: int) -> None:
        with turns.in_turn():
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            Event().wait(0.005)
            with lock:
                now[0] -= 1
                done.append(name)

    threads = [Thread(target=draw, args=(i,)) for i in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(done) == list(range(30))
    assert 1 < most[0] <= turns.AT_ONCE


def test_behind_pages_that_hang_one_goes_on_and_gives_back_no_place_it_never_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT_SECONDS", 0.01)
    hanging, started = Event(), []

    def hang() -> None:
        with turns.in_turn():
            started.append(1)
            hanging.wait(20)

    threads = [Thread(target=hang) for _ in range(turns.AT_ONCE)]
    for thread in threads:
        thread.start()
    while len(started) < turns.AT_ONCE:
        Event().wait(0.001)
    drawn = []
    with turns.in_turn():
        drawn.append(1)
    hanging.set()
    for thread in threads:
        thread.join(timeout=20)
    assert drawn == [1]
    # Every place is there again, and not one more.
    assert sum(turns._TURNS.acquire(blocking=False) for _ in range(turns.AT_ONCE + 2)) == turns.AT_ONCE
    turns._TURNS.release(turns.AT_ONCE)


def test_a_page_that_breaks_off_gives_its_turn_back() -> None:
    for _ in range(2 * turns.AT_ONCE):
        with pytest.raises(ValueError, match="broken"), turns.in_turn():
            raise ValueError("broken")
