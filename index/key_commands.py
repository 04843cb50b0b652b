"""`attributed keys`: who may call the service."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from index import keys
from index.keys import Key, Scope
from index.running import data_option


@click.group("keys")
def keys_group() -> None:
    """Make, list and revoke the keys with which programs call the service."""


@keys_group.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(keys.SCOPES),
    multiple=True,
    required=True,
    help="What it opens: read, asking where that is not open to all; write, adding and removing articles. May repeat.",
)
@data_option
def add(name: str, scopes: tuple[Scope, ...], data: Path) -> None:
    """Make a key and print it, this once.

    A running service takes it at once.
    """
    try:
        key, text = keys.add(data, name, scopes)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(text)
    click.echo(f"key {key.id} ({key.name}): {', '.join(key.scopes)}. It is not shown again: keep it now.", err=True)


@keys_group.command("list")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(data: Path, as_json: bool) -> None:
    """List all keys, revoked ones too; never a secret."""
    known = keys.load(data)
    if as_json:
        click.echo(json.dumps({"keys": [_payload(key) for key in known]}, ensure_ascii=False))
    elif not known:
        click.echo(f"{data}: no keys; `attributed keys add NAME --scope write` makes one")
    else:
        rows = [("id", "scopes", "added", "revoked", "name")]
        rows += [(key.id, ", ".join(key.scopes), key.added, key.revoked or "-", key.name) for key in known]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@keys_group.command("revoke")
@click.argument("which", metavar="KEY")
@data_option
def revoke(which: str, data: Path) -> None:
    """Revoke a KEY, told by its name or id: a running service refuses it from now on."""
    key = keys.revoke(data, which)
    click.echo(f"revoked {key.id} ({key.name})")


def _payload(key: Key) -> dict[str, object]:
    return {name: value for name, value in asdict(key).items() if name != "digest"}
