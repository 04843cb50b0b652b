from __future__ import annotations

from pathlib import Path

import pytest

from service.settings import Settings, SettingsError


def test_defaults_stand_where_nothing_is_set() -> None:
    assert Settings.from_environment({}) == Settings(Path("var"), "127.0.0.1", 8080, None)


def test_every_setting_is_read_from_its_variable(tmp_path: Path) -> None:
    given = {
        "ATTRIBUTED_DATA": str(tmp_path),
        "ATTRIBUTED_HOST": "::1",
        "ATTRIBUTED_PORT": "0",
        "ATTRIBUTED_MODEL": "some/model",
        "ATTRIBUTED_ANONYMOUS_READ": "off",
    }
    assert Settings.from_environment(given) == Settings(tmp_path, "::1", 0, "some/model", anonymous_read=False)


def test_an_empty_variable_is_as_good_as_none() -> None:
    names = ("ATTRIBUTED_DATA", "ATTRIBUTED_HOST", "ATTRIBUTED_PORT", "ATTRIBUTED_MODEL")
    assert Settings.from_environment(dict.fromkeys(names, "")) == Settings()


@pytest.mark.parametrize("port", ["http", "-1", "65536", "80.5", "٨٠", " 80", "999999999999"])
def test_a_wrong_port_is_named_with_the_right_range(port: str) -> None:
    with pytest.raises(SettingsError, match=r"ATTRIBUTED_PORT is .*; it must be a whole number from 0 to 65535"):
        Settings.from_environment({"ATTRIBUTED_PORT": port})


@pytest.mark.parametrize("host", [" ", "a\0b"])
def test_a_wrong_host_is_named(host: str) -> None:
    with pytest.raises(SettingsError, match=r"ATTRIBUTED_HOST is .*; it must be a host name or address"):
        Settings.from_environment({"ATTRIBUTED_HOST": host})


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "index"
    file.write_text("x")
    with pytest.raises(SettingsError, match=f"ATTRIBUTED_DATA names {file}, which is a file; it must be a folder"):
        Settings.from_environment({"ATTRIBUTED_DATA": str(file)})


def test_a_blank_model_is_refused() -> None:
    with pytest.raises(SettingsError, match="ATTRIBUTED_MODEL is blank"):
        Settings(model=" ")
