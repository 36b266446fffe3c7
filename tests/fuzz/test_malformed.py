"""More than ten thousand malformed inputs, each refused in words or ignored, and not one crash.

Answers, codes and clinic files go to the functions that read them; requests and messages to the real server, which
must neither end, nor answer with an error of its own, nor log one.
"""

import re
import socket
import sys
from collections import Counter
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import websockets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loops import run_async
from stores import RING

from matcher.clinic import ClinicError, read_clinic
from matcher.intake.parsing import AnswersError, parse_answers, risk_raised
from matcher.intake.questionnaire import QUESTIONS
from matcher.services.enquiry_words import danger_in, other_answers, texts_of, unread
from matcher.store.codes import code_hash
from matcher.store.drafts import load_draft, make_return_code, save_draft, take_up_draft
from matcher.store.store import open_store

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "browser"))

from real_server import serving

pytestmark = pytest.mark.slow

TRIED: Counter[str] = Counter()
CODES = sorted({choice.code for question in QUESTIONS.values() for choice in question.choices})
TEXT = st.text(max_size=60) | st.sampled_from(
    ["\ud800", "\x00", "<script>", "{}{0}%s", "a" * 5000, "１２", "\u202eabc", ""]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(CODES)
VALUE = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
NAME = st.sampled_from([*QUESTIONS, *(f"{code}_weight" for code in QUESTIONS), "client_id", "person_first"]) | TEXT
ANSWERS = st.dictionaries(NAME, VALUE, max_size=12)


def fuzz(count):
    """Run a test on so many inputs, each new."""
    allowed = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
    return settings(max_examples=count, deadline=None, database=None, suppress_health_check=allowed)


@given(ANSWERS, st.booleans())
@fuzz(3000)
def test_answers_make_a_client_or_say_what_to_mend(answers, unfinished):
    TRIED["answers"] += 1
    risk_raised(answers)
    assert all(isinstance(text, str) for text in texts_of(answers))
    unread(texts_of(answers))
    other_answers(answers)
    with suppress(AnswersError):
        client = parse_answers(answers, client_id="c", today=date(2026, 11, 23), unfinished=unfinished)
        danger_in(client, texts_of(answers))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('fuzz')}/store.sqlite", RING)
    yield opened
    opened.close()


@given(
    TEXT
    | st.from_regex(r"[0-9A-Za-z -]{14,22}", fullmatch=True)
    | st.binary(max_size=30).map(lambda b: b.decode("latin-1"))
)
@fuzz(2000)
def test_codes_that_were_never_made_open_nothing(store, code):
    TRIED["codes"] += 1
    assert code_hash(code, "return") is None or len(str(code_hash(code, "return"))) == 64
    with store.reading() as session:
        assert not take_up_draft(session, code, "a" * 64)


@given(st.dictionaries(TEXT, st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4), max_leaves=6), max_size=8))
@fuzz(300)
def test_whatever_a_page_holds_is_kept_as_a_draft(store, answers):
    TRIED["drafts"] += 1
    with store.writing() as session:
        save_draft(session, "b" * 64, answers, load_draft(session, "b" * 64))
        make_return_code(session, "b" * 64)
        kept = load_draft(session, "b" * 64).answers
    assert str(kept) == str(answers)


CELLS = [
    b'"',
    b",",
    b"\n",
    b"\r\n",
    b"\r",
    b";",
    b"t1",
    b"depression",
    b"1",
    b"\xff",
    b"\0",
    b"=1+1",
    b" ",
    b"\xef\xbb\xbf",
]
HEADER = b"therapist_id,name,concerns,formats,capacity\n"


@given(
    st.binary(max_size=300) | st.lists(st.sampled_from(CELLS), max_size=60).map(b"".join), st.booleans(), st.booleans()
)
@fuzz(1500)
def test_clinic_files_load_or_say_what_to_mend(content, with_header, as_clients):
    TRIED["clinic files"] += 1
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "therapists.csv").write_bytes(HEADER if as_clients else (HEADER if with_header else b"") + content)
        if as_clients:
            (place / "clients.csv").write_bytes((b"client_id,concerns,about\n" if with_header else b"") + content)
        with suppress(ClinicError):
            read_clinic(place)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), MATCHER_SESSION_HOURS="1") as running:
        yield running
        assert running.process.poll() is None, "the server ended"
        # Whoever breaks off HTTP itself while being answered ends their own connection, and h11 says so.
        log = re.sub(r"Exception in ASGI application\s+\(LocalProtocolError at \S*/h11/\S*\)", "", running.log)
        for sign in ("Exception in ASGI", "Traceback", "Uncaught", "A page could not be drawn"):
            assert sign not in log, log[-3000:]


PATHS = st.sampled_from(
    b"/ /words /matches /health /leave /auth/sign-in /auth/link /auth/password /summary /_stcore/stream * // /%00 "
    b"/\xff /_stcore/upload_file/a/b /_stcore/host-config /media/ /static/ /assets/../ /assets/%2e%2e/x "
    b"http://x/".split()
)
BYTES = st.binary(max_size=40)
HEADERS = st.sampled_from(
    [b"Cookie", b"Content-Type", b"Content-Length", b"Transfer-Encoding", b"Host", b"Upgrade", b"Origin", b"Range",
     b"X-Forwarded-For", b"X-Forwarded-Proto", b"X-App-Draft", b"Accept-Encoding", b"If-None-Match", b"Expect"]
) | BYTES  # fmt: skip
COOKIE = st.sampled_from([b"matcher_draft=", b"matcher_session=", b"matcher_form=", b"=;=", b'a="'])
VALUES = (
    BYTES
    | st.tuples(COOKIE, BYTES).map(b"".join)
    | st.sampled_from([b"chunked", b"-1", b"99999999999", b"websocket", b"a" * 9000])
)
METHODS = st.sampled_from(
    [b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE", b"\x00", b"get"]
)
BODIES = BYTES | st.sampled_from(
    [b"name=%ff&password=%00", b"--x\r\nContent-Disposition: form-data; name=", b"{", b"a" * 20_000]
)


@st.composite
def requests(draw):
    path = draw(PATHS) + draw(st.just(b"") | BYTES.map(lambda b: b.replace(b"\n", b"").replace(b" ", b"")))
    lines = [draw(METHODS) + b" " + path + draw(st.just(b"") | BYTES.map(lambda b: b"?" + b)) + b" HTTP/1.1"]
    lines += [b"Host: localhost", b"Connection: close"]
    lines += [name + b": " + value for name, value in draw(st.lists(st.tuples(HEADERS, VALUES), max_size=5))]
    return b"\r\n".join(lines) + b"\r\n\r\n" + draw(BODIES)


def status_of(server, request):
    port = int(server.address.rsplit(":", 1)[1].strip("/"))
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            first = connection.recv(65536)
        except OSError:
            return 0
    return int(first[9:12]) if first.startswith(b"HTTP/1.1 ") else 0


@given(requests())
@fuzz(3500)
def test_no_request_makes_the_server_fail(server, request):
    TRIED["requests"] += 1
    assert status_of(server, request) < 500


async def send_all(server, messages):
    port = int(server.address.rsplit(":", 1)[1].strip("/"))
    for start in range(0, len(messages), 25):
        async with websockets.connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=f"http://127.0.0.1:{port}",
            proxy=None,
            max_size=None,
        ) as connection:
            for message in messages[start : start + 25]:
                try:
                    await connection.send(message)
                except websockets.ConnectionClosed:
                    break


@given(st.lists(st.binary(max_size=200) | st.text(max_size=50), min_size=25, max_size=25))
@fuzz(40)
def test_no_message_makes_the_server_fail(server, messages):
    TRIED["messages"] += len(messages)
    run_async(send_all(server, messages))
    assert status_of(server, b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") == 200


def test_more_than_ten_thousand_were_tried():
    print(f"\nmalformed inputs: {sum(TRIED.values())} {dict(TRIED)}, crashes 0")
    assert sum(TRIED.values()) > 10_000
