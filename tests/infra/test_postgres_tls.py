"""PostgreSQL over TLS by its URL: the certificate is checked, and nothing is sent to a server that shows another.

The PostgreSQL of these tests was built without TLS, so a door before it speaks TLS in its stead, as many a proxy does.
"""

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from infra.stack.certificates import Authority
from services.chassis.database import connect

_ASKS_FOR_TLS = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")


@contextmanager
def door(postgres: str, certificate: Path | None) -> Iterator[int]:
    """A port that leads to the server over TLS; without a certificate, one that says it has none."""
    behind = next(Path(str(sa.make_url(postgres).query["host"])).glob(".s.PGSQL.*[0-9]"))
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_lead, args=(client, behind, certificate, heard), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
        if certificate is None:
            assert not any(heard), "something was said without TLS"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _lead(client: Any, behind: Path, certificate: Path | None, heard: list[bytes]) -> None:
    with client:
        assert client.recv(8) == _ASKS_FOR_TLS
        client.sendall(b"S" if certificate else b"N")
        if certificate is None:
            heard.append(client.recv(100))
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        try:
            inside = context.wrap_socket(client, server_side=True)
        except (ssl.SSLError, OSError):
            return  # the client believed us not
        with inside, socket.socket(socket.AF_UNIX) as server:
            server.connect(str(behind))
            _pass_on(inside, server)


def _pass_on(one: ssl.SSLSocket, other: socket.socket) -> None:
    ways = {one: other, other: one}
    while True:
        # What TLS has decrypted already is nowhere to be seen by select.
        ready = [one] if one.pending() else select.select(list(ways), [], [])[0]
        for source in ready:
            said = source.recv(65536)
            if not said:
                return
            ways[source].sendall(said)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("tls"))
    made.issue("postgres")
    return made


def url(port: int, ca: Path) -> str:
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres?sslmode=verify-full&sslrootcert={ca}"


def test_a_server_that_ours_vouch_for_is_spoken_to_over_tls(postgres: str, authority: Authority) -> None:
    with door(postgres, authority.vouched("postgres")) as port:
        engine = connect(url(port, authority.certificate), "cases")
        with engine.connect() as db:
            assert db.execute(sa.text("SELECT 40 + 2")).scalar_one() == 42
            assert db.connection.driver_connection.pgconn.ssl_in_use  # type: ignore[union-attr]
        engine.dispose()


def test_a_server_that_a_stranger_vouches_for_is_told_nothing(
    postgres: str, authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path)
    stranger.issue("postgres")
    with door(postgres, stranger.vouched("postgres")) as port:
        engine = connect(url(port, authority.certificate), "cases")
        with pytest.raises(OperationalError, match="certificate verify failed"), engine.connect():
            pass
        engine.dispose()


def test_a_server_without_tls_is_told_nothing(postgres: str, authority: Authority) -> None:
    with door(postgres, None) as port:
        engine = connect(url(port, authority.certificate), "cases")
        with pytest.raises(OperationalError, match="does not support SSL, but SSL was required"), engine.connect():
            pass
        engine.dispose()
