"""Whether the app is alive, and whether it can serve: for load balancers and watchers, without any details."""

from anyio import CapacityLimiter, move_on_after, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from matcher.ui import wiring

_SECONDS = 3.0


async def _alive(_request: Request) -> Response:
    """Answer as long as the process does."""
    return _answer(well=True)


class _Ready:
    """Answers ok while the store does, and 503 while it does not or is still being opened."""

    def __init__(self) -> None:
        self._few: CapacityLimiter | None = None

    async def __call__(self, _request: Request) -> Response:
        # However many ask while the store hangs, they must not take up every thread there is.
        self._few = self._few or CapacityLimiter(2)
        well = False
        with move_on_after(_SECONDS):
            well = await to_thread.run_sync(_store_answers, abandon_on_cancel=True, limiter=self._few)
        return _answer(well=well)


def _store_answers() -> bool:
    try:
        return wiring.services().store().answers()
    except Exception:
        # Whatever it is, the details are for the log and the doctor.
        return False


def _answer(*, well: bool) -> Response:
    return JSONResponse(
        {"status": "ok" if well else "unavailable"},
        status_code=200 if well else 503,
        headers={"cache-control": "no-store"},
    )


def routes() -> list[Route]:
    """Return the addresses: ``/health`` says whether to send people here, ``/health/live`` whether to restart."""
    return [Route("/health", _Ready().__call__), Route("/health/live", _alive)]
