"""The README's nginx configuration, tried: Debian's nginx with a certificate of its own in front of the real app."""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import websockets
from loops import run_async
from real_server import ROOT, RealServer, free_port, serving

pytestmark = pytest.mark.slow

README = (ROOT / "README.md").read_text(encoding="utf-8")
HOST = "match.example.org"


def configuration(folder: Path, app: int, secure: int, plain: int) -> str:
    """Return the README's configuration with this test's ports and files, inside what nginx needs around it."""
    (block,) = re.findall(r"```nginx\n(.*?)```", README, flags=re.DOTALL)
    for written, used in (
        ("127.0.0.1:8501", f"127.0.0.1:{app}"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("/etc/ssl/match.pem", f"{folder}/match.pem"),
        ("/etc/ssl/match.key", f"{folder}/match.key"),
        ("/var/log/nginx/match.log", f"{folder}/access.log"),
    ):
        assert written in block, written
        block = block.replace(written, used)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ {paths} {block} }}"


def make_certificate(folder: Path) -> None:
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout match.key -out match.pem -batch -subj"
    extra = ["-addext", f"subjectAltName=DNS:{HOST}"]
    subprocess.run([*command.split(), f"/CN={HOST}", *extra], cwd=folder, check=True, capture_output=True)


class Proxied:
    """The app and nginx in front of it."""

    def __init__(self, app: RealServer, folder: Path, secure: int, plain: int) -> None:
        self.app, self.folder, self.secure, self.plain = app, folder, secure, plain
        self.trust = ssl.create_default_context(cafile=str(folder / "match.pem"))

    def get(self, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPSConnection("127.0.0.1", self.secure, timeout=30)
        connection.sock = self.trust.wrap_socket(
            socket.create_connection(("127.0.0.1", self.secure)), server_hostname=HOST
        )
        return answer(connection, path, {"Host": HOST, **headers})

    def direct(self, path: str, host: str = HOST, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        port = int(self.app.address.rsplit(":", 1)[1].strip("/"))
        return answer(http.client.HTTPConnection("127.0.0.1", port, timeout=30), path, {"Host": host, **headers})


def answer(connection, path, headers):
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    found = reply.status, reply.msg, reply.read()
    connection.close()
    return found


@pytest.fixture(scope="module")
def proxied(tmp_path_factory) -> Iterator[Proxied]:
    if shutil.which("nginx") is None and not Path("/usr/sbin/nginx").exists():
        pytest.skip("no nginx here: install Debian's package nginx")
    folder = tmp_path_factory.mktemp("proxied")
    make_certificate(folder)
    secure, plain = free_port(), free_port()
    with serving(folder, "--trust-proxy", "127.0.0.1", MATCHER_HOST_NAMES=f"{HOST},127.0.0.1") as app:
        port = int(app.address.rsplit(":", 1)[1].strip("/"))
        (folder / "nginx.conf").write_text(configuration(folder, port, secure, plain))
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        process = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
        running = Proxied(app, folder, secure, plain)
        try:
            wait(running, process)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait(running: Proxied, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        assert process.poll() is None, "nginx ended"
        try:
            running.get("/health")
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("nginx did not start")


def test_the_page_comes_through_with_its_policy_and_a_secure_cookie(proxied: Proxied) -> None:
    status, headers, body = proxied.get("/")
    assert (status, b"13 11 14" in body) == (200, True)
    assert "Secure" in headers["set-cookie"]
    assert "HttpOnly" in headers["set-cookie"]
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["cache-control"] == "no-store"


def test_plain_http_is_sent_to_tls(proxied: Proxied) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxied.plain, timeout=30)
    status, headers, _ = answer(connection, "/words?x=1", {"Host": HOST})
    assert (status, headers["location"]) == (301, f"https://{HOST}/words")


def test_counters_and_health_are_not_for_the_world_and_other_hosts_are_refused(proxied: Proxied) -> None:
    assert proxied.get("/_stcore/metrics")[0] == 404
    assert proxied.get("/health")[0] == 404
    assert proxied.direct("/health")[0] == 200
    assert proxied.direct("/", host="evil.example")[0] == 400


def test_streamlits_websocket_opens_through_the_proxy_and_not_from_elsewhere(proxied: Proxied) -> None:
    cookie = proxied.get("/")[1]["set-cookie"].split(";")[0]

    async def opens(origin: str) -> int:
        try:
            async with websockets.connect(
                f"wss://{HOST}/_stcore/stream",
                host="127.0.0.1",
                port=proxied.secure,
                ssl=proxied.trust,
                origin=origin,
                subprotocols=["streamlit"],
                additional_headers={"Cookie": cookie},
                proxy=None,
            ):
                return 101
        except websockets.InvalidStatus as refused:
            return refused.response.status_code

    assert run_async(opens(f"https://{HOST}")) == 101
    assert run_async(opens("https://evil.example")) == 403


def test_what_was_sent_is_in_no_log(proxied: Proxied) -> None:
    proxied.get("/words?about=QQcanary7")
    time.sleep(0.5)
    log = (proxied.folder / "access.log").read_text()
    assert "GET /words HTTP" in log
    assert "QQcanary7" not in log + proxied.app.log


def test_only_the_proxy_is_believed_about_https(tmp_path: Path, proxied: Proxied) -> None:
    # The trusted one is believed, and cannot be told otherwise by whoever is behind it.
    assert "Secure" in proxied.get("/", **{"X-Forwarded-Proto": "http"})[1]["set-cookie"]
    assert "Secure" in proxied.direct("/", **{"X-Forwarded-Proto": "https"})[1]["set-cookie"]
    with serving(tmp_path) as alone:
        unproxied = Proxied(alone, proxied.folder, 0, 0)
        forged = unproxied.direct("/", **{"X-Forwarded-Proto": "https"})[1]
        assert "Secure" not in forged["set-cookie"]
