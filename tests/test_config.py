from pathlib import Path

import pytest

from matcher.config import Settings, SettingsError, read_settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [*Settings.model_fields, "config"]:
        monkeypatch.delenv(f"MATCHER_{name.upper()}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


def test_with_nothing_set_the_store_is_a_file_and_the_key_lies_elsewhere(tmp_path: Path) -> None:
    settings = read_settings()
    assert settings.url() == "sqlite:///clinic/store.sqlite"
    assert settings.key_file == tmp_path / "config" / "matcher" / "keys.json"
    assert settings.data_dir not in settings.key_file.parents


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "matcher.toml").write_text('data_dir = "/from/file"\nkey_file = "/from/file/keys"\n')
    monkeypatch.setenv("MATCHER_DATA_DIR", "/from/environment")
    settings = read_settings()
    assert (settings.data_dir, settings.key_file) == (Path("/from/environment"), Path("/from/file/keys"))


def test_another_file_may_be_named_and_must_then_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('data_dir = "here"\n')
    monkeypatch.setenv("MATCHER_CONFIG", "other.toml")
    assert read_settings().data_dir == Path("here")
    monkeypatch.setenv("MATCHER_CONFIG", "none.toml")
    with pytest.raises(SettingsError, match=r"none\.toml"):
        read_settings()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("dta_dir = 'hushhush'", "dta_dir"),
        ("data_dir = 7", "data_dir"),
        ("keys = ['hushhush']", "keys"),
        ("keys = hushhush", "TOML"),
        ("\udcff", "TOML"),
    ],
)
def test_a_setting_we_cannot_use_is_named_and_never_quoted(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "matcher.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError, match=named) as refused:
        read_settings()
    assert "hushhush" not in str(refused.value)


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_STORE_URL", "postgresql://a:hushhush@b/c")
    monkeypatch.setenv("MATCHER_KEYS", "hushhush")
    settings = read_settings()
    assert settings.url() == "postgresql://a:hushhush@b/c"
    for shown in (repr(settings), str(settings), f"{settings.model_dump()}", settings.model_dump_json()):
        assert "hushhush" not in shown
