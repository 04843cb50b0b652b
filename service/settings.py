"""What the service is told from outside: environment variables, checked once, kept unchanging."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import QuoteIndexError


class SettingsError(QuoteIndexError):
    """A setting is not valid, or cannot be had; the message names it, its value and what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the index lies, where to listen, and which model encodes the questions.

    `port` lies between 0 and 65535; 0 takes any free one. `model` is None for the packaged model, else a
    name or a folder that sentence-transformers can load. `anonymous_read`: whether asking needs no key. SettingsError
    where one of them is wrong.
    """

    data: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8080
    model: str | None = None
    anonymous_read: bool = True

    def __post_init__(self) -> None:
        if self.data.exists() and not self.data.is_dir():
            raise SettingsError(f"ATTRIBUTED_DATA names {self.data}, which is a file; it must be a folder")
        if not self.host.strip() or "\0" in self.host:
            raise SettingsError(f"ATTRIBUTED_HOST is {self.host!r}; it must be a host name or address, like 127.0.0.1")
        if not 0 <= self.port <= 65535:
            raise SettingsError(f"ATTRIBUTED_PORT is {self.port}; it must be a whole number from 0 to 65535, like 8080")
        if self.model is not None and not self.model.strip():
            raise SettingsError("ATTRIBUTED_MODEL is blank; leave it out for the packaged model, or name a model")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings as the variables ATTRIBUTED_* give them, defaults where one is unset or empty.

        `environment` is `os.environ` unless given. SettingsError names the variable that is wrong.
        """
        given = os.environ if environment is None else environment
        port = given.get("ATTRIBUTED_PORT") or "8080"
        if not (port.isascii() and port.isdigit() and len(port) <= 5):
            raise SettingsError(f"ATTRIBUTED_PORT is {port!r}; it must be a whole number from 0 to 65535, like 8080")
        return cls(
            data=Path(given.get("ATTRIBUTED_DATA") or "var"),
            host=given.get("ATTRIBUTED_HOST") or "127.0.0.1",
            port=int(port),
            model=given.get("ATTRIBUTED_MODEL") or None,
            anonymous_read=_switch("ATTRIBUTED_ANONYMOUS_READ", given.get("ATTRIBUTED_ANONYMOUS_READ") or "on"),
        )


def _switch(name: str, value: str) -> bool:
    if value.lower() not in ("on", "off"):
        raise SettingsError(f"{name} is {value!r}; it must be on or off")
    return value.lower() == "on"
