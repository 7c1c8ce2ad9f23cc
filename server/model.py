"""Models that draft replies: any OpenAI-compatible endpoint (through llama-index), and a scripted one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Protocol
from urllib.parse import urlsplit

from server.prompts import Prompt


class ModelFailed(Exception):
    """The model gave no whole reply; the text is written for an admin and holds nothing of the prompt."""


class LanguageModel(Protocol):
    """Streams a reply to a prompt. Closing or cancelling the stream ends the generation at the model."""

    @property
    def name(self) -> str:
        """Which model."""
        ...

    @property
    def host(self) -> str:
        """Where it runs."""
        ...

    async def prepare(self) -> None:
        """Load what the first stream needs, without blocking; may be called again."""
        ...

    def count_tokens(self, text: str) -> int:
        """About how many tokens the model sees; call after `prepare`."""
        ...

    def stream(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        """The reply in pieces. Raises ModelFailed, also half-way."""
        ...

    async def close(self) -> None:
        """Let go of what stays open between streams."""
        ...


class OpenAILikeModel:
    """A model behind an OpenAI-compatible endpoint (vLLM, llama.cpp, …); `url` ends with /v1 as a rule."""

    def __init__(
        self,
        url: str,
        name: str,
        key: str | None = None,
        *,
        timeout_s: float = 20.0,
        reply_tokens: int = 800,
    ) -> None:
        self.name = name
        self.host = urlsplit(url).netloc
        self._url = url
        self._key = key
        self._timeout_s = timeout_s
        self._reply_tokens = reply_tokens
        self._loading: asyncio.Task[None] | None = None
        self._tokenizer: Any = None
        self._tls: Any = None

    async def prepare(self) -> None:
        """Import llama-index on first use, off the event loop (about 2 s); the tokenizer needs no network."""
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(self._load))
        try:
            await asyncio.shield(self._loading)
        except Exception as error:
            raise self._failed(error) from error

    def _load(self) -> None:
        import httpx
        import llama_index.llms.openai_like  # noqa: F401
        from llama_index.core.utils import get_tokenizer

        self._tokenizer = get_tokenizer()
        self._tls = httpx.create_ssl_context()

    def count_tokens(self, text: str) -> int:
        """Tokens as tiktoken's cl100k_base counts them."""
        return len(self._tokenizer(text))

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        """The reply in pieces, from the endpoint's event stream."""
        await self.prepare()
        import httpx

        # A client for each stream: closing it is the one sure way to hang up on a model that still writes.
        async with httpx.AsyncClient(verify=self._tls, timeout=self._timeout_s) as client:
            try:
                async with aclosing(await self._llm(client).astream_chat(_messages(prompt))) as parts:
                    async for part in parts:
                        if part.delta:
                            yield part.delta
            except Exception as error:  # what a foreign server provokes in three libraries has no common root
                raise self._failed(error) from error

    async def close(self) -> None:
        """Nothing stays open between streams."""

    def _llm(self, client: Any) -> Any:
        from llama_index.llms.openai_like import OpenAILike

        return OpenAILike(
            model=self.name,
            api_base=self._url,
            api_key=self._key or "none",
            is_chat_model=True,
            temperature=0.0,
            max_tokens=self._reply_tokens,
            max_retries=0,
            timeout=self._timeout_s,
            async_http_client=client,
        )

    def _failed(self, error: Exception) -> ModelFailed:
        return ModelFailed(
            f"The model {self.name} at {self.host} did not answer ({type(error).__name__}). "
            "An admin should check the SOTTO_MODEL_* settings and the model's server."
        )


def _messages(prompt: Prompt) -> list[Any]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role="system", content=prompt.system), ChatMessage(role="user", content=prompt.user)]


Step = str | asyncio.Event | ModelFailed


class ScriptedModel:
    """Replies from a script, one per stream, the last one again and again; for tests and demos.

    A reply is a list of steps: text to send, an event to wait for, or a ModelFailed to raise.
    """

    def __init__(self, replies: Sequence[Sequence[Step]], name: str = "scripted", host: str = "here") -> None:
        self.name = name
        self.host = host
        self.prompts: list[Prompt] = []
        self.abandoned = 0
        self._replies = replies

    async def prepare(self) -> None:
        """Nothing to load."""

    def count_tokens(self, text: str) -> int:
        """A token for every four characters."""
        return len(text) // 4 + 1

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        """The next reply of the script."""
        reply = self._replies[min(len(self.prompts), len(self._replies) - 1)]
        self.prompts.append(prompt)
        try:
            for step in reply:
                if isinstance(step, ModelFailed):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step
        except (GeneratorExit, asyncio.CancelledError):
            self.abandoned += 1
            raise

    async def close(self) -> None:
        """Nothing to let go of."""
