"""Reads a text after a context with one of the trained models, token by token, and remembers it."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from knowledge.durable import sha256_of
from knowledge.onnx_embedder import open_session, open_tokenizer, padded
from knowledge.weights import installed_model
from server.flags.reading import TEXT_TOKENS, framed

# A long mail is read in pieces of TEXT_TOKENS, so many at most: bounded time, and enough for people.
PIECES = 4
REMEMBERED = 2048

Scores = NDArray[np.float32]


class UntrustedModel(RuntimeError):
    """The installed model isn't the one that its manifest names."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadTurn:
    """The logits of a turn: `scores` of the whole, `tokens[i]` of `text[slice(*places[i])]`; and its vector.

    A turn's logits are the means over its tokens, of the piece that scores highest where it has several.
    `quotes[i]` says how much a token belongs into the quote; where a model hasn't learned that, its score.
    """

    scores: Scores
    tokens: Scores
    quotes: Scores
    places: tuple[tuple[int, int], ...]
    vector: Scores


class TurnReader:
    """Reads each turn behind its context once and remembers it; one core. Safe to call from many threads.

    `folder` holds `model.onnx` and its `manifest.json`. Raises UntrustedModel when the file isn't the one
    that was trained.
    """

    def __init__(self, folder: Path, remembered: int = REMEMBERED) -> None:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if sha256_of(folder / "model.onnx") != manifest["model"]:
            raise UntrustedModel(f"{folder / 'model.onnx'} isn't what its manifest names: install again")
        self._session = open_session(folder / "model.onnx")
        outputs = {output.name for output in self._session.get_outputs()}
        self._outputs = ["scores", "quotes" if "quotes" in outputs else "scores", "embedding"]
        self._tokenizer = open_tokenizer(installed_model(), None)
        self._start, self._end = (self._tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]"))
        self._remembered = remembered
        self._read: OrderedDict[tuple[str, str], ReadTurn] = OrderedDict()
        self._lock = Lock()

    def read(self, context: str, text: str) -> ReadTurn:
        """What the turn shows; `context` is what `said_before` gives."""
        key = (context, text)
        with self._lock:
            if key in self._read:
                self._read.move_to_end(key)
                return self._read[key]
        turn = self._score(context, text)
        with self._lock:
            self._read[key] = turn
            while len(self._read) > self._remembered:
                self._read.popitem(last=False)
        return turn

    def _score(self, context: str, text: str) -> ReadTurn:
        before = self._tokenizer.encode(context, add_special_tokens=False).ids if context else []
        own = self._tokenizer.encode(text, add_special_tokens=False)
        starts = range(0, max(1, min(len(own.ids), PIECES * TEXT_TOKENS)), TEXT_TOKENS)
        pieces = [self._piece(before, own.ids[at : at + TEXT_TOKENS]) for at in starts]
        # The closing mark counts as the piece's own token, as in training; it has no place in the text.
        means = np.stack([tokens.mean(axis=0) for tokens, _, _ in pieces])
        tokens = np.concatenate([tokens[:-1] for tokens, _, _ in pieces])
        quotes = np.concatenate([quotes[:-1] for _, quotes, _ in pieces])
        vector = np.mean([vector for _, _, vector in pieces], axis=0)
        return ReadTurn(means.max(axis=0), tokens, quotes, tuple(own.offsets[: len(tokens)]), vector)

    def _piece(self, before: list[int], text: list[int]) -> tuple[Scores, Scores, Scores]:
        tokens, start = framed(before, text, self._start, self._end)
        ids, mask = padded([tokens])
        own = np.zeros_like(ids)
        own[0, start:] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": own}
        scores, quotes, vector = self._session.run(self._outputs, feed)
        return scores[0, start:], quotes[0, start:], vector[0]
