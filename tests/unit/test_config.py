"""Settings: defaults, checks, hidden secrets, and the table in the documentation."""

import re
from pathlib import Path

import pytest

from web.config import ROOT, SETTINGS, Settings, SettingsError


def test_defaults_are_below_the_repository_root_wherever_the_process_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environ({})
    assert settings.home == ROOT / "var"
    assert settings.database_url == f"sqlite:///{ROOT}/var/harmonizer.db"
    assert settings.store_url == f"file://{ROOT}/var/store"
    assert settings.log_dir == ROOT / "logs"
    assert (settings.host, settings.port, settings.worker_port) == ("127.0.0.1", 8080, 8081)
    assert settings.max_upload_bytes == 2 * 1024**3


def test_home_moves_database_store_and_logs(tmp_path: Path) -> None:
    settings = Settings.from_environ({"HARMONIZER_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/harmonizer.db"
    assert settings.store_url == f"file://{tmp_path}/store"
    assert settings.log_dir == tmp_path / "logs"


def test_an_empty_variable_is_unset() -> None:
    empty = {setting.name: "" for setting in SETTINGS}
    assert Settings.from_environ(empty) == Settings.from_environ({})


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("sqlite:///data/x.db", f"sqlite:///{ROOT}/data/x.db"),
        ("sqlite:////data/x.db", "sqlite:////data/x.db"),
        ("postgresql://u:p@h:5432/n", "postgresql+psycopg://u:p@h:5432/n"),
        ("postgres://h/n", "postgresql+psycopg://h/n"),
        ("postgresql+psycopg:///n?host=/run", "postgresql+psycopg:///n?host=/run"),
    ],
)
def test_database_urls(given: str, kept: str) -> None:
    assert Settings.from_environ({"HARMONIZER_DATABASE_URL": given}).database_url == kept


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "http", "must be a whole number from 1 to 65535"),
        ("PORT", "65536", "must be a whole number from 1 to 65535"),
        ("PORT", "８０８０", "must be a whole number from 1 to 65535"),
        ("MAX_UPLOAD_BYTES", "2GB", "must be a whole number from 1 to 1099511627776"),
        ("DATABASE_URL", "mysql://h/n", "must be sqlite:///FILE or postgresql://"),
        ("DATABASE_URL", "sqlite://", "must name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "must name a file"),
        ("REDIS_URL", "localhost:6379", "must be redis://HOST:PORT/NUMBER"),
        ("STORE_URL", "/data", "must be file:///FOLDER or s3://BUCKET/PREFIX"),
        ("STORE_URL", "file:///", "must be file:///FOLDER or s3://BUCKET/PREFIX"),
        ("QUEUE_PREFIX", "a b", "must be letters, digits"),
        ("LOG_LEVEL", "loud", "must be one of debug, info, warning, error"),
        ("PREVIEW_URL", "worker:8081", "must be http://HOST:PORT"),
        ("HOST", "a/b", "must be a host name or an address"),
    ],
)
def test_a_wrong_value_is_one_clear_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({f"HARMONIZER_{name}": value})
    text = str(caught.value)
    assert text.startswith(f"HARMONIZER_{name} {sentence}")
    assert text.endswith(".")
    assert "\n" not in text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "harmonizer.example"])
def test_access_is_not_off_where_others_reach_it(host: str) -> None:
    assert Settings.from_environ({"HARMONIZER_HOST": host}).auth == "keys"
    with pytest.raises(SettingsError, match="AUTH can be off only where HARMONIZER_HOST is 127"):
        Settings.from_environ({"HARMONIZER_HOST": host, "HARMONIZER_AUTH": "off"})


def test_every_wrong_value_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({"HARMONIZER_PORT": "x", "HARMONIZER_WINDOW": "0"})
    assert [line.split()[0] for line in str(caught.value).splitlines()] == [
        "HARMONIZER_PORT",
        "HARMONIZER_WINDOW",
    ]


def test_passwords_are_hidden() -> None:
    settings = Settings.from_environ(
        {
            "HARMONIZER_DATABASE_URL": "postgresql://me:hidden-1@h/n?password=hidden-2&x=1",
            "HARMONIZER_REDIS_URL": "redis://:hid@den-3@h:1/0",
            "HARMONIZER_TASKS_REDIS_URL": "redis://me:hidden-4@h:1/0",
            "HARMONIZER_INTERNAL_TOKEN": "hidden-5",
        }
    )
    for text in (str(settings), repr(settings)):
        assert "hidden" not in text
        assert "den-3" not in text
        assert "postgresql+psycopg://me:***@h/n?password=***&x=1" in text
        assert "redis://:***@h:1/0" in text
        assert "HARMONIZER_INTERNAL_TOKEN=***" in text


def test_the_documented_table_is_the_table_in_the_code() -> None:
    documented = re.findall(
        r"^\| `(\w+)` \| (?:`(.*?)`)? ?\| (\w+)(, \*secret\*)? \| (.+) \|$",
        (ROOT / "docs" / "settings.md").read_text(),
        re.MULTILINE,
    )
    assert documented == [
        (one.name, one.default, one.kind, ", *secret*" if one.secret else "", one.help)
        for one in SETTINGS
    ]
