"""The connection to the mail server: what its address says, and that a password goes over TLS or not at all."""

import ssl
import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.notify.settings import NotifySettings
from services.notify.smtp import Down, PutOff, Refused, Server, SmtpMailer, server_of
from tests.notify.mail_server import MailServer, serving

WIRE = b"Subject: test\r\n\r\nA test.\r\n"


@pytest.mark.parametrize(
    ("url", "starttls", "server"),
    [
        ("smtp://127.0.0.1:1025", "when_offered", Server("127.0.0.1", 1025, None, None, tls=False, starttls=None)),
        ("smtp://mail.example.com", "always", Server("mail.example.com", 25, None, None, tls=False, starttls=True)),
        ("smtp://mail.example.com", "never", Server("mail.example.com", 25, None, None, tls=False, starttls=False)),
        ("smtps://u:p%40ss@mx.example", "always", Server("mx.example", 465, "u", "p@ss", tls=True, starttls=False)),
        ("smtp://u:p@mx.example:587", "when_offered", Server("mx.example", 587, "u", "p", tls=False, starttls=True)),
    ],
)  # fmt: skip
def test_the_address_says_where_and_how(url: str, starttls: str, server: Server) -> None:
    assert server_of(url, starttls) == server


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://u:hunter2@/path"])
def test_a_wrong_address_is_one_clear_line_without_its_password(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODORDER_SMTP_URL", url)
    with pytest.raises(ValidationError) as refused:
        NotifySettings()
    assert "must be smtp://" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_the_settings_never_show_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODORDER_SMTP_URL", "smtps://u:hunter2@mail.example.com")
    settings = NotifySettings()
    assert settings.server.password == "hunter2"
    assert "hunter2" not in repr(settings)


def mailer(port: int, **more: object) -> SmtpMailer:
    server = {"host": "localhost", "port": port, "user": None, "password": None, "tls": False, "starttls": None}
    return SmtpMailer(Server(**{**server, **more}), timeout=5.0)  # type: ignore[arg-type]


async def test_the_servers_words_are_told_apart() -> None:
    async with serving(MailServer()) as server:
        sends = mailer(server.port)
        server.replies.extend(["451 later", "552 too much"])
        with pytest.raises(PutOff, match="451 later"):
            await sends.send("a@example.com", "b@example.com", WIRE)
        with pytest.raises(Refused, match="552 too much"):
            await sends.send("a@example.com", "b@example.com", WIRE)
        assert await sends.send("a@example.com", "b@example.com", WIRE) == "250 2.0.0 stored"
        assert len(server.connections) == 1
        await sends.close()


async def test_a_mail_too_large_for_the_server_is_refused_and_not_the_servers_fault() -> None:
    async with serving(MailServer(for_sender="552 5.3.4 message too big")) as server:
        with pytest.raises(Refused, match="552 5"):
            await mailer(server.port).send("a@example.com", "b@example.com", WIRE)


async def test_a_server_that_says_nothing_is_down() -> None:
    async with serving(MailServer()) as server:
        server.may_answer.clear()
        silent = SmtpMailer(Server("localhost", server.port, None, None, tls=False, starttls=None), timeout=0.2)
        with pytest.raises(Down, match="no answer within"):
            await silent.send("a@example.com", "b@example.com", WIRE)


async def test_a_password_is_not_sent_to_a_server_without_tls() -> None:
    async with serving(MailServer()) as server:
        login = server_of(f"smtp://user:p%40ss%3Aword@localhost:{server.port}")
        with pytest.raises(Down, match="STARTTLS"):
            await SmtpMailer(login, timeout=5.0).send("a@example.com", "b@example.com", WIRE)
        assert server.logins == []
        assert server.accepted == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of ``localhost``, its own authority."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


def tls(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


async def test_a_login_goes_over_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    async with serving(MailServer(), tls(certificate)) as server:
        sends = SmtpMailer(server_of(f"smtp://user:p%40ss%3Aword@localhost:{server.port}"), timeout=5.0)
        assert await sends.send("a@example.com", "b@example.com", WIRE) == "250 2.0.0 stored"
        assert server.logins == [b"p@ss:word"]
        await sends.close()


async def test_a_wrong_password_waits_for_a_person_and_refuses_no_mail(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    async with serving(MailServer(), tls(certificate)) as server:
        sends = SmtpMailer(server_of(f"smtp://user:wrong@localhost:{server.port}"), timeout=5.0)
        with pytest.raises(Down, match="does not let us in: 535"):
            await sends.send("a@example.com", "b@example.com", WIRE)


async def test_a_server_that_cannot_prove_its_name_gets_nothing(certificate: Path) -> None:
    async with serving(MailServer(), tls(certificate)) as server:
        with pytest.raises(Down, match=r"(?i)certificate|ssl"):
            await mailer(server.port).send("a@example.com", "b@example.com", WIRE)
        assert server.accepted == []
