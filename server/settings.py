"""Every setting of the server, read once from SOTTO_* variables, passed in; docs/settings.md lists them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """The server's settings; an unknown or malformed SOTTO_* value stops the start with its name."""

    model_config = SettingsConfigDict(env_prefix="SOTTO_", frozen=True)

    home: Path = Field(
        default=Path(".sotto"), description="Folder of the model, the knowledge and the default database."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8140, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL of the events; default is SQLite in the home folder."
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated origins of pages and extensions that may connect besides our own.",
    )
    workers: int = Field(
        default=1, ge=1, le=64, description="Server processes that share the port and the database."
    )
    metrics_folder: Path | None = Field(
        default=None,
        description="Folder through which workers add up /metrics; made by the server when it has several.",
    )
    embedding_threads: int = Field(
        default=2, ge=1, description="Batches of texts embedded at once, each on up to two cores."
    )
    settle_chat_ms: int = Field(
        default=400, ge=0, description="Wait before drafting in chat, since people write in bursts."
    )
    max_message_bytes: int = Field(
        default=262_144, ge=1024, description="Largest message accepted on the WebSocket."
    )
    max_conversations: int = Field(default=50, ge=1, description="Conversations per WebSocket.")
    outbound_queue: int = Field(default=64, ge=4, description="Messages that may wait for a slow panel.")
    stalled_after_s: float = Field(
        default=5.0, gt=0, description="A panel that reads nothing this long is closed (1013)."
    )
    hello_within_s: float = Field(
        default=5.0, gt=0, description="Time for the first message of a new socket."
    )
    unauthenticated_per_address: int = Field(
        default=5, ge=1, description="Sockets per address that may wait to say hello."
    )
    heartbeat_s: float = Field(default=20.0, gt=0, description="Interval of WebSocket pings.")
    recheck_s: float = Field(
        default=30.0, gt=0, description="How often an open socket's token is checked again."
    )
    shutdown_within_s: float = Field(
        default=5.0, gt=0, description="Time for live suggestions to finish after SIGTERM."
    )
    knowledge_poll_s: float = Field(
        default=1.0, gt=0, description="How often the server looks for a newly published revision."
    )
    handover_within_s: float = Field(
        default=900.0, gt=0, description="Time to accept a handover before it goes back to sender and leads."
    )
    retention_days: int = Field(default=90, ge=1, description="Days that conversation text is kept.")
    token_days: int = Field(default=90, ge=1, description="Days until a person's token expires.")
    model_url: str | None = Field(
        default=None, description="OpenAI-compatible endpoint for drafts; none means extractive drafts."
    )
    model_name: str | None = Field(default=None, description="Model to ask at that endpoint.")
    model_key: str | None = Field(default=None, description="API key for that endpoint.", repr=False)
    model_timeout_s: float = Field(
        default=20.0, gt=0, description="A model slower than this is given up for the extractive draft."
    )
    second_opinion: bool = Field(
        default=False, description="Ask that model about flags that were just missed; it can add a dot."
    )
    prompt_tokens: int = Field(default=3000, ge=500, description="Token budget of a prompt.")
    reply_tokens: int = Field(default=800, ge=50, description="The model is stopped after so many tokens.")
    phrases: Path | None = Field(
        default=None, description="Your own phrases for drafts, on top of server/phrases.toml."
    )
    high_value_tiers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("premium", "enterprise"),
        description="Comma-separated tiers whose customers are of high value.",
    )
    high_value_lifetime: float = Field(
        default=5000.0, gt=0, description="Lifetime value from which a customer is of high value."
    )
    high_value_seats: int = Field(
        default=25, ge=1, description="Seats from which a customer is of high value."
    )
    demo: bool = Field(
        default=False, description="Serve /try with demo people and the scripted conversations."
    )
    examples: Path = Field(
        default=Path("examples/quillbrook"), description="Folder of the scripted conversations for /try."
    )
    log_format: Literal["json", "console"] = Field(default="json", description="Form of the log lines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe level logged."
    )

    @field_validator("high_value_tiers", mode="before")
    @classmethod
    def _split_tiers(cls, value: object) -> object:
        """Tiers from "a, b", in small letters."""
        if not isinstance(value, str):
            return value
        return tuple(part.strip().lower() for part in value.split(",") if part.strip())

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Origins from "a, b"; a trailing slash is dropped, since browsers send none."""
        if not isinstance(value, str):
            return value
        return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())


class BadSettings(Exception):
    """A SOTTO_* value is unknown or malformed; whoever starts the server must correct it."""


def share_metrics_folder(folder: str) -> None:
    """Tell the metrics library of this process and its workers where to add up, before it is imported."""
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)


def read_settings(**overrides: object) -> Settings:
    """The settings of this process; `overrides` (from the command line) win over the environment.

    Raises BadSettings naming the variable that is unknown or malformed.
    """
    known = {f"SOTTO_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith("SOTTO_") and name not in known)
    if unknown:
        raise BadSettings(f"{', '.join(unknown)}: no such setting; docs/settings.md lists them.")
    try:
        given: dict[str, Any] = {name: value for name, value in overrides.items() if value is not None}
        return Settings(**given)
    except ValidationError as error:
        wrong = (f"SOTTO_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors(include_input=False))
        raise BadSettings("; ".join(wrong)) from error
