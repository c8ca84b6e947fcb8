"""Settings for Kafka and for secrets: what fits together, what is refused, and that no secret is ever shown."""

import asyncio
import re
import ssl
from pathlib import Path

import pytest

from goodorder.faults import Fault
from goodorder.house import House
from infra.stack.certificates import Authority
from services.chassis.kafka_access import KafkaAccess, access_of
from services.chassis.pages import may_see
from services.chassis.settings import ServiceSettings
from tests.notify.mail_server import MailServer, serving

PASSWORD = "a-password-that-nobody-may-see"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path / "tls")
    made.issue("client")
    return made


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    return file


def said(**settings: object) -> KafkaAccess:
    return access_of({f"GOODORDER_KAFKA_{name.upper()}": str(value) for name, value in settings.items()})


def test_without_settings_nothing_is_asked_for() -> None:
    assert access_of({}).kafka_client() == {}


def test_account_and_ca_alone_mean_a_login_over_tls_for_every_client(authority: Authority, password_file: Path) -> None:
    access = said(user="cases", password_file=password_file, ca_file=authority.certificate)
    client = access.kafka_client()
    assert (client["security_protocol"], client["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert (client["sasl_plain_username"], client["sasl_plain_password"]) == ("cases", PASSWORD)
    tls = client["ssl_context"]
    assert (tls.verify_mode, tls.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_certificate_of_our_own_may_take_the_place_of_a_login(authority: Authority) -> None:
    access = said(ca_file=authority.certificate, certificate_file=authority.vouched("client"))
    assert access.kafka_client().keys() == {"security_protocol", "ssl_context"}
    assert access.kafka_protocol == "SSL"


def test_the_same_settings_are_read_from_the_services_own_environment(
    authority: Authority, password_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOODORDER_KAFKA_USER", "cases")
    monkeypatch.setenv("GOODORDER_KAFKA_PASSWORD_FILE", str(password_file))
    monkeypatch.setenv("GOODORDER_KAFKA_CA_FILE", str(authority.certificate))
    settings = ServiceSettings()
    assert settings.kafka_client()["sasl_plain_password"] == PASSWORD
    assert PASSWORD not in repr(settings) + str(settings.model_dump())


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"user": "cases"}, "SASL_PLAINTEXT needs GOODORDER_KAFKA_USER and its password"),
        ({"security_protocol": "SASL_SSL"}, "SASL_SSL needs GOODORDER_KAFKA_USER and its password"),
        ({"security_protocol": "PLAINTEXT", "user": "cases", "password": PASSWORD}, "tells nobody who we are"),
        ({"security_protocol": "PLAINTEXT", "ca_file": "ca.pem"}, "PLAINTEXT is not encrypted"),
        ({"user": "cases", "password": PASSWORD, "sasl_mechanism": "PLAIN"}, "would send the password as it is"),
        ({"security_protocol": "SSL", "key_file": "key.pem"}, "without GOODORDER_KAFKA_CERTIFICATE_FILE"),
        ({"security_protocol": "TLS"}, "Input should be 'PLAINTEXT'"),
    ],
)
def test_what_does_not_fit_together_is_refused_without_the_password(settings: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)) as refused:
        said(**settings)
    assert PASSWORD not in str(refused.value)


def test_a_ca_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(ValueError, match=r"certificates for Kafka cannot be used \(.*ca\.pem\)"):
        said(ca_file=tmp_path / "ca.pem").kafka_client()


@pytest.mark.parametrize("name", ["KAFKA_PASSWORD", "DATABASE_URL", "WEB_TOKEN"])
def test_every_secret_may_lie_in_a_file(name: str, password_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODORDER_KAFKA_USER", "cases")
    monkeypatch.setenv("GOODORDER_KAFKA_PASSWORD", "another")
    monkeypatch.delenv(f"GOODORDER_{name}", raising=False)
    monkeypatch.setenv(f"GOODORDER_{name}_FILE", str(password_file))
    found = getattr(ServiceSettings(), name.lower())
    assert found.get_secret_value() == PASSWORD


@pytest.mark.parametrize("fault", ["both", "missing", "empty"])
def test_a_secrets_file_that_cannot_serve_is_said_at_the_start(
    fault: str, password_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOODORDER_WEB_TOKEN_FILE", str(password_file))
    if fault == "both":
        monkeypatch.setenv("GOODORDER_WEB_TOKEN", "another")
    elif fault == "missing":
        password_file.unlink()
    else:
        password_file.write_text("\n")
    with pytest.raises(ValueError, match="GOODORDER_WEB_TOKEN"):
        ServiceSettings()


def test_a_database_url_may_name_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODORDER_DATABASE_URL", "postgresql+psycopg://goodorder_{service}@db/goodorder")
    assert ServiceSettings().database_url_of("cases") == "postgresql+psycopg://goodorder_cases@db/goodorder"


async def test_a_broker_that_another_vouches_for_is_not_trusted_and_an_absent_one_is_waited_for(
    authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "stranger")
    stranger.issue("broker")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(stranger.vouched("broker"))
    async with serving(MailServer(), tls, implicit=True) as server:  # any server that shows this certificate
        where = f"127.0.0.1:{server.port}"
        untrusted = await _in_thread(said(ca_file=authority.certificate), where)
        assert untrusted is not None
        assert f"Kafka at {where} shows a certificate that those of {authority.certificate} do not vouch" in untrusted
        assert await _in_thread(said(ca_file=stranger.certificate), where) is None
    assert await _in_thread(said(ca_file=authority.certificate), "127.0.0.1:1") is None


async def _in_thread(access: KafkaAccess, where: str) -> str | None:
    return await asyncio.to_thread(access.model_copy(update={"kafka": where}).why_not_trusted)


def test_the_command_line_says_what_does_not_fit() -> None:
    house = House(Path("nowhere"), {"GOODORDER_KAFKA": "127.0.0.1:1", "GOODORDER_KAFKA_USER": "operations"}, None)
    with pytest.raises(Fault, match="Kafka cannot be spoken to as it is set: SASL_PLAINTEXT needs"):
        house.broker()


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer guess", "Basic token", "token"])
def test_a_page_is_shown_to_nobody_without_the_token(said: str) -> None:
    assert not may_see("token", said)
    assert may_see("token", "Bearer token")
