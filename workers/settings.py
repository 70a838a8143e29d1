"""The environment, read here and nowhere else. Nothing set means embedded defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting of Andon. Names are those of the ecosystems; the rest stand under ANDON_."""

    # The prefix keeps field names (used in tests) from reading the shell's own LANG or MODE.
    model_config = SettingsConfigDict(frozen=True, populate_by_name=True, extra="ignore", env_prefix="ANDON_FIELD_")

    data_dir: Path = Field(Path.home() / ".andon", alias="ANDON_DATA_DIR")
    lang: Literal["en", "zh"] = Field("en", alias="ANDON_LANG")
    timezone: str = Field("UTC", alias="ANDON_TIMEZONE")
    mode: Literal["development", "production"] = Field("development", alias="ANDON_MODE")
    database_url: str | None = Field(None, alias="DATABASE_URL")
    redis_url: str | None = Field(None, alias="REDIS_URL")
    weaviate_url: str | None = Field(None, alias="WEAVIATE_URL")
    openai_base_url: str | None = Field(None, alias="OPENAI_BASE_URL")
    openai_api_key: SecretStr | None = Field(None, alias="OPENAI_API_KEY")
    chat_model: str | None = Field(None, alias="ANDON_CHAT_MODEL")
    keepers: str | None = Field(None, alias="ANDON_KEEPERS")
    answer_threshold: float = Field(0.55, alias="ANDON_ANSWER_THRESHOLD", ge=0, le=1)
    max_input_bytes: int = Field(4 * 2**30, alias="ANDON_MAX_INPUT_BYTES", gt=0)
    max_rows: int = Field(400_000, alias="ANDON_MAX_ROWS", ge=1000)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as "Asia"
            raise ValueError(f"no time zone is called {value!r}; name one such as Asia/Shanghai") from None

    @property
    def zone(self) -> ZoneInfo:
        """Plant time: what a reading without a zone means and what every answer shows."""
        return ZoneInfo(self.timezone)
