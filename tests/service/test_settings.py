from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from service.settings import ELSEWHERE, PREFIX, Rate, Settings, SettingsError, load

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def from_environment(**given: str) -> Settings:
    return load(environment={PREFIX + name.upper(): value for name, value in given.items()})


def test_defaults_stand_where_nothing_is_set() -> None:
    settings = load(environment={})
    assert settings == Settings()
    assert (settings.data, settings.host, settings.port, settings.model) == (Path("var"), "127.0.0.1", 8080, None)
    assert settings.anonymous_read


GIVEN = {
    "host": "::1",
    "port": "0",
    "model": "some/model",
    "anonymous_read": "off",
    "limit_read": "600/hour",
    "limit_write": "off",
    "limit_keys": "1/day",
    "articles_mib": "16",
    "fold_articles": "1",
    "fold_minutes": "5",
    "proxies": "2",
    "engine": "milvus://db.example.org:19530/news",
    "public_url": "https://quotes.example.org:8443/said/",
    "hosts": "quotes.example.org, .example.net",
    "hsts": "31536000",
    "cors": "https://tool.example.org,http://localhost:3000",
    "log": "json",
    "log_addresses": "off",
    "log_questions": "on",
    "metrics": "key",
    "stop_seconds": "30",
}
READ: dict[str, Any] = {
    "host": "::1",
    "port": 0,
    "model": "some/model",
    "anonymous_read": False,
    "limit_read": Rate(600, 3600),
    "limit_write": None,
    "limit_keys": Rate(1, 86400),
    "articles_mib": 16,
    "fold_articles": 1,
    "fold_minutes": 5,
    "proxies": 2,
    "engine": "milvus://db.example.org:19530/news",
    "public_url": "https://quotes.example.org:8443/said",
    "hosts": ("quotes.example.org", ".example.net"),
    "hsts": 31536000,
    "cors": ("https://tool.example.org", "http://localhost:3000"),
    "log": "json",
    "log_addresses": False,
    "log_questions": True,
    "metrics": "key",
    "stop_seconds": 30,
}


def test_every_setting_is_read_from_its_variable(tmp_path: Path) -> None:
    settings = from_environment(data=str(tmp_path), **GIVEN)
    assert settings.model_dump() == {"data": tmp_path, **READ}
    assert settings == Settings(data=tmp_path, **READ)
    assert {"data", *GIVEN} == set(Settings.model_fields)


def test_every_setting_is_read_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "attributed.toml"
    written = {**GIVEN, "port": 0, "anonymous_read": False, "hosts": ["quotes.example.org", ".example.net"]}
    # JSON's texts, numbers, booleans and arrays are TOML's.
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in {"data": str(tmp_path), **written}.items()]
    file.write_text("# a comment\n" + "".join(lines))
    expected = Settings(data=tmp_path, **READ)
    assert load(file, {}) == expected
    assert load(environment={"ATTRIBUTED_CONFIG": str(file)}) == expected


def test_command_line_wins_over_environment_over_file(tmp_path: Path) -> None:
    file = tmp_path / "attributed.toml"
    file.write_text("host = 'file'\nport = 1\nmodel = 'file'\n")
    settings = load(file, {"ATTRIBUTED_HOST": "environment", "ATTRIBUTED_PORT": "2"}, port=3, host=None)
    assert (settings.host, settings.port, settings.model) == ("environment", 3, "file")


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert load(environment={PREFIX + name.upper(): "" for name in Settings.model_fields}) == Settings()


def test_what_is_no_setting_of_the_service_is_left_to_others() -> None:
    others = {"ATTRIBUTED_WORKERS": "4", "ATTRIBUTED_DEBUG": "1", "PATH": "/bin", "ATTRIBUTION": "x"}
    assert load(environment=others) == Settings()


@pytest.mark.parametrize("port", ["http", "-1", "65536", "80.5", "٨٠", " 80", "999999999999"])
def test_a_wrong_port_is_named_with_the_right_range(port: str) -> None:
    right = f"ATTRIBUTED_PORT is {port!r}; it must be a whole number from 0 to 65535, like 8080"
    with pytest.raises(SettingsError) as raised:
        from_environment(port=port)
    assert str(raised.value) == right


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("host", " ", "it must be a host name or address, like 127.0.0.1"),
        ("host", "a\0b", "it must be a host name or address, like 127.0.0.1"),
        ("data", "a\0b", "it must name a folder"),
        ("model", " ", "leave it out for the packaged model, or name a model"),
        ("anonymous_read", "maybe", "it must be on or off"),
        ("limit_read", "60", "it must be off, or a rate like 60/minute (second, minute, hour or day)"),
        ("limit_read", "0/minute", "it must be off, or a rate like 60/minute (second, minute, hour or day)"),
        ("limit_keys", "6/week", "it must be off, or a rate like 60/minute (second, minute, hour or day)"),
        ("proxies", "*", "it must be a whole number from 0 to 9, like 1"),
        ("public_url", "x.org", "it must be an address without query, like https://quotes.example.org/said"),
        ("public_url", "https://x.org//y", "it must be an address without query, like https://quotes.example.org/said"),
        ("metrics", "some", "it must be one of local, key, all, none"),
        ("log", "text", "it must be one of console, json, off"),
        ("cors", "https://a.org/", "it must be a list, like https://tool.example.org"),
        ("hosts", "a b", "it must be a list, like quotes.example.org,.example.net"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_right(name: str, value: str, right: str) -> None:
    with pytest.raises(SettingsError) as raised:
        from_environment(**{name: value})
    assert str(raised.value) == f"ATTRIBUTED_{name.upper()} is {value!r}; {right}"


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "index"
    file.write_text("x")
    with pytest.raises(SettingsError, match=f"ATTRIBUTED_DATA is '{file}'; that is a file; it must be a folder"):
        from_environment(data=str(file))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("host = 'x'\n\n port = 'http'", ":3: port is 'http'; it must be a whole number from 0 to 65535"),
        ("port = true", ":1: port is True; it must be a whole number"),
        ("port = 80.5", ":1: port is 80.5; it must be a whole number"),
        ("[port]\nx = 1", ":1: port is {'x': 1}; it must be a whole number"),
        ("host = 1", ":1: host is 1; it must be a host name"),
        ("data = []", r":1: data is \[\]; it must name a folder"),
        ("model = ''", ":1: model is ''; leave it out"),
        ("anonymous_read = 'yes'", ":1: anonymous_read is 'yes'; it must be on or off"),
        ("# port\nprot = 1", ":2: 'prot' is no setting; the nearest is port"),
        ("ATTRIBUTED_PORT = 1", ":1: 'ATTRIBUTED_PORT' is no setting; the nearest is port"),
        ("anonymous-read = true", ":1: 'anonymous-read' is no setting; the nearest is anonymous_read"),
        ("port 1", ": the file of settings is not TOML: .*line 1"),
        ("port = 1\nport = 2", ": the file of settings is not TOML: "),
        ("x = " + "[" * 9999, ": the file of settings is not TOML: "),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "attributed.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=f"^{file}{fault}"):
        load(file, {})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"^{tmp_path}: the file of settings cannot be read: Is a directory"):
        load(tmp_path, {})
    (tmp_path / "latin").write_bytes(b"host = '\xe9'")
    with pytest.raises(SettingsError, match=r"latin: the file of settings is not TOML: .*utf-8"):
        load(tmp_path / "latin", {})


def test_a_wrong_option_is_named_as_one() -> None:
    with pytest.raises(SettingsError, match=r"^--host is ' '; it must be a host name"):
        load(environment={"ATTRIBUTED_HOST": "right"}, host=" ")


@pytest.mark.parametrize(
    ("misspelt", "right"),
    [
        ("ATTRIBUTED_PROT", "ATTRIBUTED_PORT"),
        ("ATTRIBUTED_ANONYMOUSREAD", "ATTRIBUTED_ANONYMOUS_READ"),
        ("ATTRIBUTED_WORKER", "ATTRIBUTED_WORKERS"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_nearest_right_one(misspelt: str, right: str) -> None:
    with pytest.raises(SettingsError, match=f"^{misspelt} in the environment is no setting; the nearest is {right}$"):
        load(environment={misspelt: "x"})


@given(st.sampled_from(sorted(Settings.model_fields)), st.text())
def test_whatever_a_variable_holds_is_taken_or_named(name: str, value: str) -> None:
    fault = f"ATTRIBUTED_{name.upper()} is "
    try:
        from_environment(**{name: value})
    except SettingsError as error:
        fault = str(error)
    assert fault.startswith(f"ATTRIBUTED_{name.upper()} is ")
    assert "\n" not in fault


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


def test_the_table_of_the_readme_is_what_the_code_reads() -> None:
    written = re.findall(r"^\| `(ATTRIBUTED_\w+)` \| (.*?) \| (.*) \|$", README, re.MULTILINE)
    expected = []
    for name, field in Settings.model_fields.items():
        shown = {"None": "", "True": "`on`", "False": "`off`", "()": ""}.get(str(field.default), f"`{field.default}`")
        expected.append((PREFIX + name.upper(), shown, field.description))
    expected += [(name, "", about) for name, about in ELSEWHERE.items()]
    assert written == expected


def test_every_variable_that_the_guide_and_the_units_set_is_a_setting() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | set(ELSEWHERE)
    files = sorted(path for path in (Path(__file__).parents[2] / "deploy").iterdir() if path.is_file())
    assert {file.name for file in files} >= {"Containerfile", "README.md", "attributed.service"}
    for file in files:
        named = set(re.findall(r"ATTRIBUTED_[A-Z_]+", file.read_text("utf-8")))
        assert named, file
        assert named <= known, file
