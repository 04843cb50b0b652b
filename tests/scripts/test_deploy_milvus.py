"""The files for Milvus name versions, keep no secret, and agree with each other and with the guide."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy" / "milvus"
GUIDE = (ROOT / "docs" / "beyond-one-machine.md").read_text("utf-8")


def _read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text("utf-8"))


def test_one_version_of_milvus_in_both_files_and_in_the_guide() -> None:
    image = _read("compose.yml")["services"]["milvus"]["image"]
    chart = _read("values.yaml")["image"]["all"]
    assert image == f"{chart['repository']}:{chart['tag']}"
    assert re.fullmatch(r"v\d+\.\d+\.\d+", chart["tag"])
    assert set(re.findall(r"Milvus (\d+\.\d+\.\d+)", GUIDE)) == {chart["tag"][1:]}


def test_the_chart_is_of_the_same_version_wherever_it_is_named() -> None:
    named = re.findall(r"--version (\S+)", GUIDE + (DEPLOY / "values.yaml").read_text("utf-8"))
    assert named == ["5.0.22", "5.0.22"]


def test_only_this_machine_reaches_the_container() -> None:
    assert all(port.startswith("127.0.0.1:") for port in _read("compose.yml")["services"]["milvus"]["ports"])


@pytest.mark.parametrize("name", ["user.yaml", "values.yaml"])
def test_a_user_is_asked_for(name: str) -> None:
    read = _read(name)
    settings = yaml.safe_load(read["extraConfigFiles"]["user.yaml"]) if name == "values.yaml" else read
    assert settings["common"]["security"]["authorizationEnabled"] is True


def test_no_key_of_the_object_store_is_in_the_file() -> None:
    assert {"accessKey", "secretKey"} & set(_read("values.yaml")["externalS3"]) == set()


def test_every_file_that_the_container_is_given_is_there() -> None:
    mounts = [one.split(":")[0] for one in _read("compose.yml")["services"]["milvus"]["volumes"]]
    assert [DEPLOY / one for one in mounts if one.startswith("./") and not (DEPLOY / one).exists()] == []


def test_every_file_that_the_guide_names_is_there() -> None:
    named = set(re.findall(r"`((?:deploy|scripts|benchmarks|index)/[\w./-]+\w)`", GUIDE))
    assert len(named) > 8
    assert [one for one in sorted(named) if not (ROOT / one).exists()] == []
