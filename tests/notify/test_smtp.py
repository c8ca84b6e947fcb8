"""The connection to the mail server: what its address says, and that a password goes over TLS or not at all."""

import ssl
from pathlib import Path
from typing import Literal

import pytest
from pydantic import ValidationError

from infra.stack.certificates import Authority
from services.notify.settings import NotifySettings
from services.notify.smtp import Down, PutOff, Refused, Server, SmtpMailer, server_of
from tests.notify.mail_server import MailServer, serving

WIRE = b"Subject: test\r\n\r\nA test.\r\n"


@pytest.mark.parametrize(
    ("url", "starttls", "server"),
    [
        ("smtp://127.0.0.1:1025", None, Server("127.0.0.1", 1025, None, None, tls=False, starttls=False)),
        ("smtp://localhost:1025", "always", Server("localhost", 1025, None, None, tls=False, starttls=True)),
        ("smtp://u:p@localhost", None, Server("localhost", 25, "u", "p", tls=False, starttls=True)),
        ("smtp://mail.example.com", None, Server("mail.example.com", 25, None, None, tls=False, starttls=True)),
        ("smtp://mail.example.com", "never", Server("mail.example.com", 25, None, None, tls=False, starttls=False)),
        ("smtps://u:p%40ss@mx.example", "always", Server("mx.example", 465, "u", "p@ss", tls=True, starttls=False)),
        ("smtp://u:p@mx.example:587", None, Server("mx.example", 587, "u", "p", tls=False, starttls=True)),
    ],
)  # fmt: skip
def test_the_address_says_where_and_how(url: str, starttls: Literal["always", "never"] | None, server: Server) -> None:
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


def mailer(port: int, ca_file: Path | None = None, **more: object) -> SmtpMailer:
    server = {"host": "localhost", "port": port, "user": None, "password": None, "tls": False, "starttls": False}
    return SmtpMailer(Server(**{**server, **more}), 5.0, ca_file)  # type: ignore[arg-type]


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
        silent = SmtpMailer(Server("localhost", server.port, None, None, tls=False, starttls=False), timeout=0.2)
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
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that vouches for a mail server of this machine."""
    made = Authority(tmp_path_factory.mktemp("tls"))
    made.issue("mail")
    return made


def tls(authority: Authority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.vouched("mail"))
    return context


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "smtps"])
async def test_a_login_goes_over_tls(trusted: Authority, implicit: bool) -> None:
    async with serving(MailServer(), tls(trusted), implicit=implicit) as server:
        where = server_of(f"{'smtps' if implicit else 'smtp'}://user:p%40ss%3Aword@localhost:{server.port}")
        sends = SmtpMailer(where, timeout=5.0, ca_file=trusted.certificate)
        assert await sends.send("a@example.com", "b@example.com", WIRE) == "250 2.0.0 stored"
        assert server.logins == [b"p@ss:word"]
        await sends.close()


async def test_a_wrong_password_waits_for_a_person_and_refuses_no_mail(trusted: Authority) -> None:
    async with serving(MailServer(), tls(trusted)) as server:
        where = server_of(f"smtp://user:wrong@localhost:{server.port}")
        with pytest.raises(Down, match="does not let us in: 535"):
            await SmtpMailer(where, 5.0, trusted.certificate).send("a@example.com", "b@example.com", WIRE)


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "smtps"])
async def test_a_server_that_cannot_prove_its_name_gets_nothing(
    trusted: Authority, tmp_path: Path, implicit: bool
) -> None:
    stranger = Authority(tmp_path)
    stranger.issue("mail")
    async with serving(MailServer(), tls(stranger), implicit=implicit) as server:
        where = mailer(server.port, tls=implicit, starttls=not implicit, ca_file=trusted.certificate)
        with pytest.raises(Down, match=r"certificate of the mail server localhost:\d+ is not trusted: unable to get"):
            await where.send("a@example.com", "b@example.com", WIRE)
        assert server.accepted == []


async def test_a_server_that_offers_no_tls_where_it_must_gets_nothing() -> None:
    async with serving(MailServer()) as server:
        with pytest.raises(Down, match="STARTTLS"):
            await mailer(server.port, starttls=True).send("a@example.com", "b@example.com", WIRE)
        assert server.accepted == []


def test_a_ca_file_that_is_none_is_said_before_the_first_mail(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(ValueError, match=r"CA file .*ca\.pem cannot be used"):
        mailer(25, starttls=True, ca_file=tmp_path / "ca.pem")
