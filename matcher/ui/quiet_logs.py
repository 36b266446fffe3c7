"""Logs that hold nothing a client said: no text of an exception, no query string, no id in an address.

Libraries log tracebacks whose last line may quote a value, and servers log whole addresses. What is logged instead says
what kind of error it was and where in the code.
"""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final

_QUERY: Final = re.compile(r"\?\S*")
# Streamlit's upload and media addresses name a session, and long hexadecimal ids name a client or a slate.
_IDS: Final = re.compile(r"(?<=/)(?:[0-9a-fA-F-]{20,}|[A-Za-z0-9_-]{40,})")


def place_of(trace: TracebackType | None) -> str:
    """Return the innermost file and line of a traceback."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


def without_details(text: str) -> str:
    """Return text whose addresses have neither a query nor an id."""
    return _IDS.sub("(id)", _QUERY.sub("?...", text))


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Keep details out of every log and every unexpected error on the terminal while the server runs."""
    make, thread_hook = logging.getLogRecordFactory(), threading.excepthook
    logging.setLogRecordFactory(lambda *args, **kwargs: _quiet(make(*args, **kwargs)))
    threading.excepthook = _ended
    try:
        yield
    finally:
        logging.setLogRecordFactory(make)
        threading.excepthook = thread_hook


def _quiet(record: logging.LogRecord) -> logging.LogRecord:
    if record.exc_info and record.exc_info[0] is not None:
        kind, _error, trace = record.exc_info
        said = f" ({kind.__name__}{place_of(trace)})"
        # With arguments the message is a template still to be filled in.
        record.msg = f"{str(record.msg).rstrip()}{said.replace('%', '%%') if record.args else said}"
        record.exc_info = record.exc_text = None
    if record.name.startswith("uvicorn") and isinstance(record.args, tuple):
        record.args = tuple(without_details(a) if isinstance(a, str) else a for a in record.args)
    return record


def _ended(failed: threading.ExceptHookArgs) -> None:
    logging.getLogger(__name__).error("A thread ended: %s%s", failed.exc_type.__name__, place_of(failed.exc_traceback))
