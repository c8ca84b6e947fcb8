"""How we reach Kafka: its addresses, whom we believe to be Kafka, and who we say we are.

One set of settings for everything that speaks to Kafka: Faust, aiokafka and kafka-python.
"""

import socket
import ssl
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from services.chassis.secret_files import PREFIX, SecretFiles, is_secret, secret_of

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
_HANDSHAKE_SECONDS = 5.0


class KafkaAccess(BaseSettings):
    # A mistake in a setting must not print a secret.
    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, hide_input_in_errors=True)

    kafka: str = "127.0.0.1:9092"
    """Bootstrap servers, comma separated."""
    kafka_security_protocol: Protocol | None = None
    """As Kafka's own setting. Default: TLS if there is a CA or a certificate, SASL if there is a user."""
    kafka_user: str | None = None
    """The account on a Kafka that asks for one (SASL)."""
    kafka_password: SecretStr | None = None
    kafka_sasl_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = "SCRAM-SHA-512"
    """``PLAIN`` goes over TLS only."""
    kafka_ca_file: Path | None = None
    """Who vouches for the brokers (PEM); default with TLS: whom the system trusts."""
    kafka_certificate_file: Path | None = None
    """Our own certificate (PEM), for brokers that ask for one."""
    kafka_key_file: Path | None = None
    """Its key (PEM); default: it is in the certificate's file."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        is_sasl, is_tls = "SASL" in self.kafka_protocol, self.kafka_protocol.endswith("SSL")
        if is_sasl and not (self.kafka_user and self.kafka_password):
            raise ValueError(
                f"{self.kafka_protocol} needs GOODORDER_KAFKA_USER and its password in GOODORDER_KAFKA_PASSWORD_FILE"
            )
        if not is_sasl and self.kafka_user:
            raise ValueError(f"GOODORDER_KAFKA_USER is set, but {self.kafka_protocol} tells nobody who we are")
        if not is_tls and (self.kafka_ca_file or self.kafka_certificate_file):
            raise ValueError(f"a CA or a certificate is set, but {self.kafka_protocol} is not encrypted")
        if is_sasl and not is_tls and self.kafka_sasl_mechanism == "PLAIN":
            raise ValueError("PLAIN would send the password as it is: use SASL_SSL, or SCRAM")
        if self.kafka_key_file and not self.kafka_certificate_file:
            raise ValueError("GOODORDER_KAFKA_KEY_FILE is set without GOODORDER_KAFKA_CERTIFICATE_FILE")
        return self

    @property
    def kafka_protocol(self) -> Protocol:
        if self.kafka_security_protocol:
            return self.kafka_security_protocol
        has_tls = bool(self.kafka_ca_file or self.kafka_certificate_file)
        if self.kafka_user:
            return "SASL_SSL" if has_tls else "SASL_PLAINTEXT"
        return "SSL" if has_tls else "PLAINTEXT"

    @cached_property
    def kafka_tls(self) -> ssl.SSLContext | None:
        """Checks certificate and host name of a broker, always. Raises ``ValueError`` for files that are no good."""
        if not self.kafka_protocol.endswith("SSL"):
            return None
        try:
            context = ssl.create_default_context(cafile=self.kafka_ca_file)
            if self.kafka_certificate_file:
                context.load_cert_chain(self.kafka_certificate_file, self.kafka_key_file)
        except (OSError, ssl.SSLError) as error:
            files = (self.kafka_ca_file, self.kafka_certificate_file, self.kafka_key_file)
            named = ", ".join(str(file) for file in files if file)
            raise ValueError(f"the certificates for Kafka cannot be used ({named}): {error}") from error
        return context

    def kafka_client(self) -> dict[str, Any]:
        """What clients of kafka-python and of aiokafka are told, beside the addresses."""
        if self.kafka_protocol == "PLAINTEXT":
            return {}
        said: dict[str, Any] = {"security_protocol": self.kafka_protocol, "ssl_context": self.kafka_tls}
        if self.kafka_user and self.kafka_password:
            said |= {
                "sasl_mechanism": self.kafka_sasl_mechanism,
                "sasl_plain_username": self.kafka_user,
                "sasl_plain_password": self.kafka_password.get_secret_value(),
            }
        return said

    def why_not_trusted(self) -> str | None:
        """Why there can be no TLS with the brokers, if it is for certificates; an outage is no such reason."""
        if self.kafka_tls is None:
            return None
        for address in self.kafka.split(","):
            host, _, port = address.strip().rpartition(":")
            try:
                with (
                    socket.create_connection((host.strip("[]"), int(port)), _HANDSHAKE_SECONDS) as connection,
                    self.kafka_tls.wrap_socket(connection, server_hostname=host.strip("[]")),
                ):
                    pass
            except ssl.SSLCertVerificationError as error:
                whom = f"those of {self.kafka_ca_file}" if self.kafka_ca_file else "whom the system trusts"
                return f"Kafka at {address} shows a certificate that {whom} do not vouch for: {error.verify_message}"
            except ssl.SSLError as error:
                return f"Kafka at {address} does not agree on TLS: {error.reason or error}"
            except (OSError, ValueError):
                continue
        return None


def access_of(said: Mapping[str, str]) -> KafkaAccess:
    """The access that an environment, not necessarily this process's, describes. Raises ``ValueError``."""
    fields: dict[str, Any] = {}
    for name, field in KafkaAccess.model_fields.items():
        variable = f"{PREFIX}{name.upper()}"
        fields[name] = secret_of(said, variable) if is_secret(field) else said.get(variable) or field.default
    try:
        return KafkaAccess(**fields)
    except ValidationError as error:
        raise ValueError("; ".join(fault["msg"].removeprefix("Value error, ") for fault in error.errors())) from error
