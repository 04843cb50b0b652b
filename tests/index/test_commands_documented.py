from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from index import cli

ROOT = Path(__file__).parents[2]


def commands() -> dict[str, click.Command]:
    """Every command by what is typed for it; of a group its own ones, `keys add`."""
    found: dict[str, click.Command] = {}
    for name, command in cli.cli.commands.items():
        if isinstance(command, click.Group):
            found |= {f"{name} {of_group}": one for of_group, one in command.commands.items()}
        else:
            found[name] = command
    return found


def test_the_commands_are_those_of_the_contract() -> None:
    names = [
        "ask",
        "check",
        "export",
        "extract",
        "keys add",
        "keys list",
        "keys revoke",
        "move",
        "rebuild",
        "serve",
        "speakers",
        "verify",
        "watch",
    ]
    assert sorted(commands()) == names


@pytest.mark.parametrize("name", sorted(commands()))
def test_command_has_help_and_every_option_too(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert cli.main([*name.split(), "--help"]) == 0
    help_text = commands()[name].help
    assert help_text
    assert help_text.split("\n")[0] in " ".join(capsys.readouterr().out.split())
    for parameter in commands()[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name}"


@pytest.mark.parametrize("name", sorted(commands()))
def test_command_and_its_options_are_documented_in_the_readme(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `attributed {name}\b([^|]*)\|", readme, re.MULTILINE)
    for parameter in commands()[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in row
        else:
            assert parameter.make_metavar(click.Context(commands()[name])).strip("[].").split("]")[0] in row
