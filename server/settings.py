"""Every setting of the server, read once from SOTTO_* environment variables and passed in; docs/settings.md lists them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
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
        description="Comma-separated origins of pages and extensions that may open the WebSocket besides our own.",
    )
    embedding_threads: int = Field(default=1, ge=1, description="Threads of the embedding model.")
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
    shutdown_within_s: float = Field(
        default=5.0, gt=0, description="Time for live suggestions to finish after SIGTERM."
    )
    knowledge_poll_s: float = Field(
        default=1.0, gt=0, description="How often the server looks for a newly published revision."
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
    prompt_tokens: int = Field(default=3000, ge=500, description="Token budget of a prompt.")
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
