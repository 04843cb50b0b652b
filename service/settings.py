"""What the service is told from outside, checked once, kept unchanging: one model, from a file and the environment.

A setting `name` is `name` in the TOML file and ATTRIBUTED_NAME in the environment. The command line wins over the
environment, the environment over the file. What is wrong or unknown is an error that says where it stands.

pydantic-settings would read both as well; it tells neither which of them a wrong value came from, nor a misspelt
variable from one that is not its own.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from index.errors import QuoteIndexError

PREFIX = "ATTRIBUTED_"
ELSEWHERE = {
    "ATTRIBUTED_CONFIG": "a TOML file with settings, as `attributed serve --config` names one",
    "ATTRIBUTED_WORKERS": "processes that find quotations where `rebuild` and `extract` have many articles",
    "ATTRIBUTED_SCHEDULER": "a Dask scheduler, `tcp://HOST:PORT` or `tls://...`, whose workers do it for `rebuild`,"
    " `watch` and `extract`",
    "ATTRIBUTED_FETCH": "`1`: `rebuild` and `extract` fetch the web addresses that they are given, as with `--fetch`",
    "ATTRIBUTED_ENGINE_TOKEN": "what the server at `engine` knows this program by: `user:password` or an API key",
    "ATTRIBUTED_DEBUG": "`1`: a command shows where an error that nobody foresaw came from",
}
"""Variables that stand in the environment alone: what names the file, and what only other commands read."""


LogForm = Literal["console", "json", "off"]
"""How requests are logged: for people, as JSON, not at all."""


MetricsFor = Literal["local", "key", "all", "none"]


class SettingsError(QuoteIndexError):
    """A setting is not valid, or cannot be had; the message names it, its value and what would be right."""


class Rate(NamedTuple):
    """As often as `amount` in so many `seconds`."""

    amount: int
    seconds: int

    def __str__(self) -> str:
        return f"{self.amount}/{next(unit for unit, seconds in UNITS.items() if seconds == self.seconds)}"


UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def _wrong(right: str) -> PydanticCustomError:
    return PydanticCustomError("wrong", "{right}", {"right": right})


def _whole(low: int, high: int, like: int) -> BeforeValidator:
    def read(value: object) -> int:
        text = str(value)  # True is no number, and no text of one
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise _wrong(f"it must be a whole number from {low} to {high}, like {like}")
        return int(text)

    return BeforeValidator(read)


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("on", "off"):
        raise _wrong("it must be on or off")
    return value == "on"


def _form(value: object) -> object:
    if value not in get_args(LogForm):
        raise _wrong(f"it must be one of {', '.join(get_args(LogForm))}")
    return value


def _metrics(value: object) -> object:
    if value not in get_args(MetricsFor):
        raise _wrong(f"it must be one of {', '.join(get_args(MetricsFor))}")
    return value


def _folder(value: object) -> Path:
    if not isinstance(value, (str, Path)) or not str(value) or "\0" in str(value):
        raise _wrong("it must name a folder")
    if Path(value).exists() and not Path(value).is_dir():
        raise _wrong("that is a file; it must be a folder")
    return Path(value)


def _host(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise _wrong("it must be a host name or address, like 127.0.0.1")
    return value


def _model(value: object) -> str | None:
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise _wrong("leave it out for the packaged model, or name a model")
    return value


def _engine(value: object) -> str | None:
    if value is not None and (not isinstance(value, str) or not value.strip() or "\0" in value):
        raise _wrong("leave it out for the folder itself, or give an address like milvus://host:19530/name")
    return value


def _rate(value: object) -> Rate | None:
    if value is None or isinstance(value, Rate):
        return value
    found = re.fullmatch(r"([1-9][0-9]{0,8})/(second|minute|hour|day)", str(value))
    if found is None and value != "off":
        raise _wrong("it must be off, or a rate like 60/minute (second, minute, hour or day)")
    return None if found is None else Rate(int(found[1]), UNITS[found[2]])


def _public_url(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(
        r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?", value
    ):
        raise _wrong("it must be an address without query, like https://quotes.example.org/said")
    return value.rstrip("/")


def _listed(one: str, like: str) -> BeforeValidator:
    """Several texts: an array in the file, commas between them in the environment; each as `one` has it."""

    def read(value: object) -> tuple[str, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, (list, tuple)) or not all(
            isinstance(part, str) and re.fullmatch(one, part.strip()) for part in parts
        ):
            raise _wrong(f"it must be a list, like {like}")
        return tuple(part.strip() for part in parts)

    return BeforeValidator(read)


class Settings(BaseModel):
    """Every setting of the service. Their descriptions are the table of the README."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Annotated[Path, BeforeValidator(_folder)] = Field(Path("var"), description="the folder of the index")
    host: Annotated[str, BeforeValidator(_host)] = Field("127.0.0.1", description="where to listen: a name or address")
    port: Annotated[int, _whole(0, 65535, 8080)] = Field(8080, description="the port; `0` takes a free one")
    engine: Annotated[str | None, BeforeValidator(_engine)] = Field(
        None, description="what keeps the index, like `milvus://host:19530/name`; the folder itself unless it is set"
    )
    model: Annotated[str | None, BeforeValidator(_model)] = Field(
        None, description="another sentence-transformers model, by folder or hub name; rebuild afterwards"
    )
    anonymous_read: Annotated[bool, BeforeValidator(_switch)] = Field(
        True, description="`off`: asking needs a key too, with the scope `read`"
    )
    limit_read: Annotated[Rate | None, BeforeValidator(_rate)] = Field(
        None, description="most pages and answers for one caller, like `600/minute`; none is counted unless it is set"
    )
    limit_write: Annotated[Rate | None, BeforeValidator(_rate)] = Field(
        Rate(60, 60), description="most additions and removals with one key"
    )
    limit_keys: Annotated[Rate | None, BeforeValidator(_rate)] = Field(
        Rate(20, 60), description="most wrong keys from one address"
    )
    articles_mib: Annotated[int, _whole(1, 16, 8)] = Field(
        8, description="most MiB of articles in one request that adds them"
    )
    fold_articles: Annotated[int, _whole(1, 100000, 500)] = Field(
        500,
        description="articles added, replaced or removed from which a new index is made with them, in the background",
    )
    fold_minutes: Annotated[int, _whole(1, 100000, 60)] = Field(
        60, description="minutes after which fewer are taken in, too"
    )
    proxies: Annotated[int, _whole(0, 9, 1)] = Field(
        0, description="how many proxies in front are believed (`X-Forwarded-For`, `-Proto`, `-Host`, `-Prefix`)"
    )
    public_url: Annotated[str | None, BeforeValidator(_public_url)] = Field(
        None, description="the address that readers use, with the path under which the service lies if there is one"
    )
    hosts: Annotated[tuple[str, ...], _listed(r"\.?[A-Za-z0-9.:\[\]-]+", "quotes.example.org,.example.net")] = Field(
        (),
        description="hosts that are answered, with commas between; `.example.org` allows every name below; none: all",
    )

    hsts: Annotated[int, _whole(0, 63072000, 31536000)] = Field(
        0, description="seconds for which browsers are told to come by https alone; told where they do"
    )
    cors: Annotated[tuple[str, ...], _listed(r"\*|https?://[A-Za-z0-9.:\[\]-]+", "https://tool.example.org")] = Field(
        (), description="origins whose pages may read the JSON interface, with commas between, or `*`"
    )
    log: Annotated[LogForm, BeforeValidator(_form)] = Field(
        "console", description="a line a request on standard error: `console`, `json` or `off`"
    )
    log_addresses: Annotated[bool, BeforeValidator(_switch)] = Field(
        True, description="`off`: lines do not say where a request came from"
    )
    log_questions: Annotated[bool, BeforeValidator(_switch)] = Field(
        False, description="`on`: lines say what was asked"
    )
    metrics: Annotated[MetricsFor, BeforeValidator(_metrics)] = Field(
        "local",
        description="who sees `/metrics`: `local`, this machine alone; `key`, who has a key to read; `all`; `none`",
    )
    stop_seconds: Annotated[int, _whole(0, 3600, 8)] = Field(
        8, description="seconds that requests in work may take after SIGTERM"
    )


def load(config: Path | None = None, environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """The settings: `given` by the command line (None is not given), then `environment`, then the file.

    `environment` is `os.environ` unless given; a variable that is empty is not set. `config` is the file that
    ATTRIBUTED_CONFIG names unless given. SettingsError names the setting that is wrong or unknown, and where it stands.
    """
    variables = {name: value for name, value in (os.environ if environment is None else environment).items() if value}
    named = config or variables.get("ATTRIBUTED_CONFIG")
    file = None if named is None else Path(named)
    text, in_file = ("", {}) if file is None else _read(file)
    _check_variables(variables)
    in_environment = {
        name: variables[variable] for name in Settings.model_fields if (variable := PREFIX + name.upper()) in variables
    }
    on_line = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**{**in_file, **in_environment, **on_line})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name, value = str(fault["loc"][0]), fault["input"]
        if name in on_line:
            where = f"--{name}"
        elif name in in_environment:
            where = PREFIX + name.upper()
        else:
            where = f"{file}:{_line(text, name)}: {name}"
        raise SettingsError(f"{where} is {_shown(value)}; {fault['msg']}") from None


def _read(file: Path) -> tuple[str, dict[str, Any]]:
    """Text and settings of the file."""
    try:
        text = file.read_bytes().decode("utf-8")
        found = tomllib.loads(text)
    except OSError as error:
        raise SettingsError(f"{file}: the file of settings cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{file}: the file of settings is not TOML: {error}") from error
    for name in found:
        if name not in Settings.model_fields:
            near = _nearest(name.lower().removeprefix(PREFIX.lower()).replace("-", "_"), [*Settings.model_fields])
            raise SettingsError(f"{file}:{_line(text, name)}: {_shown(name)} is no setting; {near}")
    return text, found


def _check_variables(variables: Mapping[str, str]) -> None:
    known = [*(PREFIX + name.upper() for name in Settings.model_fields), *ELSEWHERE]
    for name in variables:
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"{name} in the environment is no setting; {_nearest(name, known)}")


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0)
    return f"the nearest is {near[0]}" if near else f"there are {', '.join(known)}"


def _line(text: str, name: str) -> int:
    """The line of a setting in the file, from 1."""
    found = re.search(
        rf"^[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*=|^[ \t]*\[+[ \t]*[\"']?{re.escape(name)}", text, re.M
    )
    return 1 if found is None else text.count("\n", 0, found.start()) + 1


def _shown(value: object) -> str:
    """A value as a message quotes it."""
    text = repr(str(value) if isinstance(value, Path) else value)
    return text if len(text) <= 80 else text[:80] + "…"
