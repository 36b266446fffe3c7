"""Every setting, from the environment or one TOML file: read by the command line and the web app, then passed on."""

import os
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

Country = Literal["AU", "GB", "NZ", "US"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it and never quotes its value."""


def _key_file() -> Path:
    """Return the key file's usual place: the person's own settings, away from the store and its copies."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "matcher" / "keys.json"


def hours_in_words(days: tuple[Weekday, ...], opens: time, closes: time) -> str:
    """Return opening hours as a client reads them: "Monday to Friday, 9 am to 5 pm"."""
    places = sorted(WEEKDAYS.index(day) for day in days)
    names = [_DAY_NAMES[place] for place in places]
    in_a_row = len(places) > 2 and places[-1] - places[0] == len(places) - 1
    said = f"{names[0]} to {names[-1]}" if in_a_row else ", ".join(names)
    return f"{said}, {_clock(opens)} to {_clock(closes)}"


def _clock(at: time) -> str:
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{hour}{minutes} {'am' if at.hour < 12 else 'pm'}"


def _hours(known: Mapping[str, Any]) -> str:
    # A field that was refused is missing here; what is said about it then is never shown.
    wanted = ("open_days", "opens_at", "closes_at")
    return hours_in_words(*(known[name] for name in wanted)) if all(name in known for name in wanted) else ""


class Settings(BaseSettings):
    """What a clinic sets; each is also an environment variable with ``MATCHER_`` in front.

    The default telephone number is from the range kept for fiction in Australia, so that nobody is rung by mistake.
    """

    model_config = SettingsConfigDict(
        env_prefix="MATCHER_", extra="forbid", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    data_dir: Path = Field(default=Path("clinic"), description="The folder of the embedded store.")
    store_url: SecretStr | None = Field(
        default=None, description="Another store: postgresql://NAME:PASSWORD@HOST/DATABASE or sqlite:///FILE."
    )
    key_file: Path = Field(
        default_factory=_key_file, description="The key file; made on first start, readable by its owner alone."
    )
    keys: SecretStr | None = Field(default=None, description="The text of a key file, instead of one.")
    model: Path | None = Field(
        default=None, description="The trained model that ranks; the app takes it into the store."
    )
    retention_days: int = Field(
        default=730, ge=1, description="Days an enquiry is kept that led to no work with a therapist."
    )

    clinic_name: str = Field(default="Banksia Street Clinic", description="The clinic's name, as clients see it.")
    clinic_phone: str = Field(default="(02) 5550 0142", description="The number clients are asked to call.")
    country: Country = Field(default="AU", description="Whose crisis lines every page shows.")
    leave_url: str = Field(
        default="https://www.bom.gov.au/", pattern="^https?://", description='Where "Leave this site" goes.'
    )
    time_zone: str = Field(
        default="Australia/Sydney", description="The zone in which times are shown, and read where a file names none."
    )
    open_days: Annotated[tuple[Weekday, ...], NoDecode] = Field(
        default=WEEKDAYS[:5], min_length=1, description="The days somebody is there: mon,tue,wed."
    )
    opens_at: time = Field(default=time(9), description="When the day begins.")
    closes_at: time = Field(default=time(17), description="When it ends.")
    closed_on: Annotated[tuple[date, ...], NoDecode] = Field(
        default=(), description="Holidays on which nobody is there: 2026-12-25,2026-12-26."
    )
    public_holidays: bool = Field(
        default=True, description="Nobody is there on Australia's national public holidays either."
    )
    clinic_hours: str = Field(default_factory=_hours, description="The opening hours in words, as clients see them.")
    urgent_reply_hours: int = Field(
        default=2, ge=1, description="Opening hours within which a person answers where danger was raised."
    )
    reply_hours: int = Field(default=16, ge=1, description="Opening hours within which any other enquiry is answered.")

    session_idle_minutes: int = Field(
        default=30, ge=1, description="Minutes without a click until staff sign in again."
    )
    session_hours: int = Field(default=12, ge=1, description="Hours until staff sign in again in any case.")
    public_url: str | None = Field(
        default=None,
        pattern="^https?://[^/]+$",
        description="The address people type, such as https://match.example.org.",
    )
    host_names: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Host names the app answers to; any, if none is set."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Addresses of proxies whose X-Forwarded-For and -Proto are believed."
    )

    oidc_issuer: str | None = Field(default=None, pattern="^https?://", description="An OpenID Connect provider.")
    oidc_client_id: str | None = Field(default=None, description="Our id with it.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Our secret with it.")
    smtp_host: str | None = Field(default=None, description="The mail server notices to staff go through; none, none.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="How it is encrypted.")
    smtp_user: str | None = Field(default=None, description="Our name with it.")
    smtp_password: SecretStr | None = Field(default=None, description="Our password with it.")
    smtp_from: str | None = Field(default=None, description="The sender of notices.")

    @field_validator("country", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("open_days", "closed_on", "host_names", "trusted_proxies", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("is no time zone; expected a name such as Australia/Sydney") from None
        return value

    @field_validator("closes_at")
    @classmethod
    def _after_opening(cls, value: time, info: Any) -> time:
        if value <= info.data.get("opens_at", time.min):
            raise ValueError("must be later than opens_at")
        return value

    @property
    def demo(self) -> bool:
        """Whether clients see the made-up demo clinic's name, since none was set."""
        return "clinic_name" not in self.model_fields_set

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.time_zone)

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
