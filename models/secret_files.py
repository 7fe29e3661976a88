"""Secrets as files: `POSTERN_RELAY_FILE` names a file that holds what `POSTERN_RELAY` would say."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

SECRETS = (
    "database_url",
    "app_database_url",
    "gateway_database_url",
    "fetcher_database_url",
    "redis_url",
    "relay",
    "seal_keys",
)


class SecretError(ValueError):
    """A secret is not where a variable says; the sentence says what to do."""


def in_files(names: Iterable[str]) -> dict[str, tuple[Path, str]]:
    """Those of these settings that a `…_FILE` variable names, each with the file and what it says.

    Args:
        names: of settings.

    Raises:
        OSError: a file cannot be read.
        SecretError: a file is empty; a missing secret must not turn into an embedded server or a capture folder.
    """
    named = {name: os.environ.get(f"POSTERN_{name.upper()}_FILE") for name in names}
    return {name: (Path(path).expanduser(), _read(Path(path).expanduser())) for name, path in named.items() if path}


def _read(path: Path) -> str:
    found = path.read_text().strip()
    if not found:
        raise SecretError(f"{path} is empty; write the secret into it")
    return found


class FromFiles(PydanticBaseSettingsSource):
    """The source of `Settings` for secrets in files."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Not asked: all of them are read at once."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The values by name.

        Raises:
            SecretError: one is given as a value and as a file, and nobody can tell which is meant.
        """
        found = {name: text for name, (_, text) in in_files(SECRETS).items()}
        if twice := [f"POSTERN_{name.upper()}" for name in found if os.environ.get(f"POSTERN_{name.upper()}")]:
            raise SecretError(f"{twice[0]} and {twice[0]}_FILE are both set; unset one of them")
        return found
