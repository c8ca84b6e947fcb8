"""Secrets from files: beside every secret setting one of the same name that ends in ``_FILE``."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

PREFIX = "GOODORDER_"


def secret_of(said: Mapping[str, str], name: str) -> str | None:
    """A secret that is said outright or lies in the file that ``<name>_FILE`` names.

    Raises ``ValueError`` when both are said, or the file cannot be read or is empty; never with the secret in it.
    """
    outright, file = said.get(name), said.get(f"{name}_FILE")
    if not file:
        return outright
    if outright:
        raise ValueError(f"{name} and {name}_FILE are both set: leave one out")
    try:
        content = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{name}_FILE: {file} cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if not content:
        raise ValueError(f"{name}_FILE: {file} is empty")
    return content


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting is declared as ``SecretStr``, or as that or none."""
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


class SecretFiles(PydanticBaseSettingsSource):
    """Reads the file of every secret setting that names one."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        super().__init__(settings)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return secret_of(os.environ, f"{PREFIX}{field_name.upper()}"), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
            if is_secret(field)
        }
        return {name: value for name, value in found.items() if value is not None}
