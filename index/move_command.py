"""`attributed move`: an index from one engine to another, as it stands."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from index.errors import EngineError
from index.progress import ProgressDisplay
from index.running import data_option, engine_of


@click.command("move")
@click.argument("source", metavar="SOURCE")
@click.argument("target", metavar="TARGET")
@data_option
def move_command(source: str, target: str, data: Path) -> None:
    """Let TARGET answer what SOURCE answers: `embedded`, the folder itself, or an address like milvus://host:19530/name.

    Nothing is worked or encoded anew, and SOURCE stays as it is. Between two servers the index comes by way of the
    folder, which holds it afterwards too.
    """
    came, goes = engine_of(source), engine_of(target)
    if str(came) == str(goes):
        raise EngineError(f"{source} and {target} are the same; name where it is and where it is to be")
    came.require(data)
    with ProgressDisplay(sys.stderr) as progress:
        came.bring(data, progress)
        goes.take(data, progress)
    click.echo(f"{goes.named(data)} answers what {came.named(data)} does")
