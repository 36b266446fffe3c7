import logging
import threading

import pytest

from matcher.ui.quiet_logs import quiet_logs, without_details

SECRET = "QQcanary7"


def fails() -> None:
    raise ValueError(f"cannot use {SECRET}")


@pytest.mark.parametrize("arguments", [(), ("100%",)])
def test_an_exceptions_text_is_never_logged_and_its_place_is(caplog, arguments):
    log = logging.getLogger("some.library")
    with quiet_logs():
        try:
            fails()
        except ValueError:
            log.exception("It failed %s" if arguments else "It failed 100%", *arguments)
    assert SECRET not in caplog.text
    assert "It failed 100% (ValueError at " in caplog.text
    assert "test_quiet_logs.py:" in caplog.text


def test_outside_the_server_logs_are_as_they_were(caplog):
    with quiet_logs():
        pass
    try:
        fails()
    except ValueError:
        logging.getLogger("some.library").exception("It failed")
    assert SECRET in caplog.text


def test_addresses_are_logged_without_query_and_ids(caplog, monkeypatch):
    caplog.set_level("INFO")
    # A server started earlier in this process may have taken the logger for itself.
    access = logging.getLogger("uvicorn.access")
    for name, value in (("propagate", True), ("disabled", False), ("level", logging.NOTSET)):
        monkeypatch.setattr(access, name, value)
    path = f"/_stcore/upload_file/0b9f4e7c-3a51-4dd4-9d5e-7f1f8e9b0a11/x?about={SECRET}&y=1"
    with quiet_logs():
        logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "10.0.0.1:1", "GET", path, "1.1", 404)
    assert '"GET /_stcore/upload_file/(id)/x?... HTTP/1.1" 404' in caplog.text


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "/"),
        ("/words", "/words"),
        ("/static/js/index.CbQ8x.js", "/static/js/index.CbQ8x.js"),
        ("/auth/link/" + "a" * 43, "/auth/link/(id)"),
        ("/x/" + "0f" * 16 + "?q", "/x/(id)?..."),
    ],
)
def test_what_is_left_of_an_address(path, kept):
    assert without_details(path) == kept


def test_a_thread_that_ends_says_nothing_of_why(caplog, capsys):
    with quiet_logs():
        thread = threading.Thread(target=fails)
        thread.start()
        thread.join()
    assert "A thread ended: ValueError at " in caplog.text
    assert SECRET not in caplog.text + capsys.readouterr().err
