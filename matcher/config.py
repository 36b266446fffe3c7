"""Every setting, from the environment or one TOML file: read by the command line and the web app, then passed on."""

import os
import tomllib
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it and never quotes its value."""


def _key_file() -> Path:
    """Return the key file's usual place: the person's own settings, away from the store and its copies."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "matcher" / "keys.json"


class Settings(BaseSettings):
    """Where things are kept, and for how long; each is also an environment variable with ``MATCHER_`` in front."""

    model_config = SettingsConfigDict(env_prefix="MATCHER_", extra="forbid", frozen=True, hide_input_in_errors=True)

    data_dir: Path = Field(default=Path("clinic"), description="The folder of the embedded store.")
    store_url: SecretStr | None = Field(
        default=None, description="Another store: postgresql://NAME:PASSWORD@HOST/DATABASE or sqlite:///FILE."
    )
    key_file: Path = Field(
        default_factory=_key_file, description="The key file; made on first start, readable by its owner alone."
    )
    keys: SecretStr | None = Field(default=None, description="The text of a key file, instead of one.")
    model: Path | None = Field(default=None, description="The trained model the doctor looks at.")

    retention_days: int = Field(
        default=730, ge=1, description="Days an enquiry is kept that led to no work with a therapist."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())

    def url(self) -> str:
        """Return the store's URL, password and all: pass it on, never show it."""
        if self.store_url is not None:
            return self.store_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'store.sqlite').as_posix()}"


def config_file() -> Path:
    """Return the settings file: ``MATCHER_CONFIG``, or ``matcher.toml`` in the folder the program was started in."""
    return Path(os.environ.get("MATCHER_CONFIG", "matcher.toml"))


def read_settings() -> Settings:
    """Read the settings.

    Raises
    ------
    SettingsError
        If a setting is unknown or unusable, or a file named by ``MATCHER_CONFIG`` cannot be read.
    """
    if "MATCHER_CONFIG" in os.environ and not config_file().is_file():
        raise SettingsError(f"MATCHER_CONFIG names {config_file()}, which is not there.")
    try:
        return Settings()
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors())
        raise SettingsError(f"settings cannot be used ({found}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SettingsError(f"{config_file()} cannot be read: expected TOML, one name = value a line.") from None
