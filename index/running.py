"""A command run to its exit status: 0 done, 1 failed (one line on standard error), 2 wrong usage, 130 interrupted."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import QuoteIndexError
from index.printing import safe

if TYPE_CHECKING:
    from index.engine import Engine

DEFAULT_DATA = Path("var")

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_DATA,
    envvar="ATTRIBUTED_DATA",
    show_default=True,
    show_envvar=True,
    help="The folder that holds the index.",
)
"""Every command that looks at an index takes it."""

engine_option = click.option(
    "--engine",
    "address",
    envvar="ATTRIBUTED_ENGINE",
    show_envvar=True,
    help="What keeps the index, like milvus://host:19530/name.  [default: the folder itself]",
)
"""Every command that asks an index, or makes one, takes it; `engine_of` makes an engine of it."""


def engine_of(address: str | None) -> Engine:
    """The engine at an address; loaded when it is asked for (EngineError: it is none)."""
    from index.engine import choice

    return choice.engine_of(address)


def told_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the filters by what articles say of themselves: `authors`, `sections`, `agencies`."""
    for option, name, told in (
        ("--agency", "agencies", "of this news agency, by any of its names"),
        ("--section", "sections", "of this section"),
        ("--author", "authors", "by this author, as the byline has the name"),
    ):
        command = click.option(option, name, multiple=True, help=f"Only articles {told}; may repeat.")(command)
    return command


def run(command: click.Command, name: str, argv: Sequence[str] | None = None) -> int:
    """Run a command under its name with `argv` (the process's own by default); prints no traceback.

    Raises only under ATTRIBUTED_DEBUG, and then what nobody foresaw.
    """
    _prepare_streams()
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries: what a user must know is an error of our own
    try:
        with command.make_context(name, list(sys.argv[1:] if argv is None else argv)) as context:
            command.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return int(done.exit_code)
    except click.ClickException as error:
        error.show()
        return int(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _fail(name, "interrupted", 130)
    except BrokenPipeError:
        # Whoever reads has seen enough. Nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except QuoteIndexError as error:
        return _fail(name, str(error), 1)
    except Exception as error:
        if os.environ.get("ATTRIBUTED_DEBUG"):
            raise
        reason = safe(str(error)) or "no reason given"
        return _fail(name, f"{type(error).__name__}: {reason}; ATTRIBUTED_DEBUG=1 shows where", 1)
    return 0


def _prepare_streams() -> None:
    """Write UTF-8 whatever the locale says: JSON and curly marks need it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _fail(name: str, message: str, status: int) -> int:
    click.echo(f"{name}: {message}", err=True)
    return status
