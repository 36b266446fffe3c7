import re
from datetime import date, time
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


def test_a_country_we_hold_no_crisis_lines_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_COUNTRY", "XX")
    with pytest.raises(SettingsError, match="country"):
        read_settings()


def test_a_clinic_with_a_name_is_not_a_demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().demo
    monkeypatch.setenv("MATCHER_CLINIC_NAME", "")
    assert read_settings().demo
    monkeypatch.setenv("MATCHER_CLINIC_NAME", "Gum Tree")
    monkeypatch.setenv("MATCHER_COUNTRY", "nz")
    settings = read_settings()
    assert (settings.demo, settings.clinic_name, settings.country) == (False, "Gum Tree", "NZ")


@pytest.mark.parametrize(
    ("days", "opens", "closes", "said"),
    [
        ("mon,tue,wed,thu,fri", "09:00", "17:00", "Monday to Friday, 9 am to 5 pm"),
        ("tue, thu", "08:30", "12:00", "Tuesday, Thursday, 8:30 am to 12 pm"),
        ("sun", "00:00", "23:45", "Sunday, 12 am to 11:45 pm"),
    ],
)
def test_opening_hours_are_said_as_they_are_set(
    monkeypatch: pytest.MonkeyPatch, days: str, opens: str, closes: str, said: str
) -> None:
    monkeypatch.setenv("MATCHER_OPEN_DAYS", days)
    monkeypatch.setenv("MATCHER_OPENS_AT", opens)
    monkeypatch.setenv("MATCHER_CLOSES_AT", closes)
    assert read_settings().clinic_hours == said
    monkeypatch.setenv("MATCHER_CLINIC_HOURS", "by appointment")
    assert read_settings().clinic_hours == "by appointment"


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_HOST_NAMES", "match.example.org, localhost")
    monkeypatch.setenv("MATCHER_CLOSED_ON", "2026-12-25,2026-12-26")
    settings = read_settings()
    assert settings.host_names == ("match.example.org", "localhost")
    assert settings.closed_on == (date(2026, 12, 25), date(2026, 12, 26))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIME_ZONE", "Nowhere/At_All"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("CLOSES_AT", "08:00"),
        ("OPEN_DAYS", "someday"),
        ("OPEN_DAYS", ","),
        ("LEAVE_URL", "javascript:alert(1)"),
        ("PUBLIC_URL", "match.example.org/path"),
        ("SMTP_PORT", "0"),
    ],
)
def test_what_no_page_could_be_shown_with_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"MATCHER_{name}", value)
    with pytest.raises(SettingsError, match=name.lower()) as refused:
        read_settings()
    assert len(value) < 3 or value not in str(refused.value)


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    readme = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `MATCHER_([A-Z_]+)` \| (.*?) \|", readme, flags=re.MULTILINE))
    assert set(rows) == {name.upper() for name in Settings.model_fields}
    for name, value in Settings().model_dump(exclude={"store_url", "key_file"}).items():
        shown = ",".join(map(str, value)) if isinstance(value, tuple) else value
        shown = shown.strftime("%H:%M") if isinstance(shown, time) else shown
        assert rows[name.upper()] == (f"`{shown}`" if shown not in (None, "") else "")
