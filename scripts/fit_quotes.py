"""Fits which words of a turn are quoted for each reason and adds it to the flags' model, as output `quotes`.

    .venv/bin/python -m scripts.fit_quotes

A linear layer over the token states of the trained model, which stays as it is: what is flagged is the same.
Learns from the quotes of our own turns, the long ones too; businesses that are sealed or kept for calibration
are left out. Says first how often the token that speaks most is a quoted one, on a fifth of the businesses
left out of a first fit. Run again after scripts/train_flags.py. One thread and fixed seeds: the same machine
gives the same file.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession

from bench.flag_data import OURS, Example, our_examples, split_domains
from knowledge.onnx_embedder import open_session, open_tokenizer
from knowledge.weights import installed_model
from scripts.train_flags import SEED, digest
from server.flags.encoder import MODEL, OUTPUTS, REASONS
from server.flags.reading import TEXT_TOKENS, framed
from server.flags.turn_reader import Scores

FILES = ("turns.jsonl", "long_turns.jsonl", "turns_quoted.jsonl")
EPOCHS = 6
BATCH = 16
RATE = 2e-3
DECAY = 0.01
# What was learned of quotes counts so much beside the reason's own score of a token.
SHARE = 3.0
FIFTH = 5


@dataclass(frozen=True, slots=True, eq=False)
class Quoted:
    """What the model has of each token of a turn: its state, its score for the reason at `reason` of REASONS,
    and whether it is quoted for it."""

    domain: str
    reason: int
    states: torch.Tensor
    scores: torch.Tensor
    inside: torch.Tensor


class States:
    """Reads turns as the flags' model does and gives the states that its scores are made of."""

    def __init__(self, file: Path) -> None:
        self._session, self._state = with_states(file)
        self._tokenizer = open_tokenizer(installed_model(), None)
        self._start, self._end = (self._tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]"))

    def quoted(self, example: Example) -> list[Quoted]:
        """One for each reason of the turn whose quote is a part of it."""
        before = self._tokenizer.encode(example.context, add_special_tokens=False).ids
        own = self._tokenizer.encode(example.text, add_special_tokens=False)
        tokens, start = framed(before, own.ids, self._start, self._end)
        ids = np.array([tokens])
        mine = np.zeros_like(ids)
        mine[0, start:] = 1
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": mine}
        read = self._session.run([self._state, "scores"], feed)
        states, scores = (torch.from_numpy(one[0, start:-1]) for one in read)
        found = []
        for reason, quote in example.quotes:
            inside = tokens_of(quote, example.text, own.offsets[:TEXT_TOKENS])
            if reason in REASONS and 0 < inside.sum() < len(inside):
                at = REASONS.index(reason)
                found.append(Quoted(example.domain, at, states, scores[:, at], inside))
        return found


def tokens_of(quote: str, text: str, places: Sequence[tuple[int, int]]) -> torch.Tensor:
    """1 for each token that lies in the quote; all 0 when the text hasn't got it."""
    begin = text.find(quote)
    end = begin + len(quote) if begin >= 0 else begin
    return torch.tensor([float(start < end and begin < stop) for start, stop in places])


def with_states(file: Path) -> tuple[InferenceSession, str]:
    """The model with its last token states as an output, and that output's name."""
    model = onnx.load(str(file))
    name = states_of(model)
    model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    with tempfile.NamedTemporaryFile(suffix=".onnx") as whole:
        onnx.save(model, whole.name)
        return open_session(Path(whole.name)), name


def states_of(model: onnx.ModelProto) -> str:
    """The name of the last token states."""
    last = [node for node in model.graph.node if node.op_type == "LayerNormalization"][-1]
    return str(last.output[0])


def fit(examples: Sequence[Quoted]) -> Scores:
    """Weights, (states, REASONS): under them a softmax over the turn's tokens is at the quoted ones."""
    torch.manual_seed(SEED)
    layer = torch.nn.Linear(len(examples[0].states[0]), len(REASONS), bias=False)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=RATE, weight_decay=DECAY)
    rng, order = random.Random(SEED), list(examples)
    for _ in range(EPOCHS):
        rng.shuffle(order)
        for at in range(0, len(order), BATCH):
            optimizer.zero_grad()
            loss: Any = torch.stack([loss_of(layer, one) for one in order[at : at + BATCH]]).mean()
            loss.backward()
            optimizer.step()
    weights: Scores = layer.weight.detach().numpy().T
    return weights


def loss_of(layer: torch.nn.Linear, one: Quoted) -> torch.Tensor:
    """How far the softmax over a turn's tokens is from its quoted ones."""
    chances = torch.log_softmax(layer(one.states)[:, one.reason], 0)
    return -(chances * one.inside).sum() / one.inside.sum()


def met(examples: Sequence[Quoted], weights: Scores) -> float:
    """The share of turns whose token that speaks most for the reason is a quoted one."""
    learned = torch.from_numpy(np.ascontiguousarray(weights)) * SHARE
    most = [int((one.scores + one.states @ learned[:, one.reason]).argmax()) for one in examples]
    return float(np.mean([bool(one.inside[at]) for one, at in zip(examples, most, strict=True)]))


def add_quotes(file: Path, weights: Scores) -> None:
    """Give the model the output `quotes`: each token's scores and SHARE of what was learned, one a score."""
    model = onnx.load(str(file))
    graph = model.graph
    for part in (graph.node, graph.output, graph.initializer):
        for old in [one for one in part if one.name.startswith("quotes")]:
            part.remove(old)
    whole = np.zeros((len(weights), len(OUTPUTS)), np.float32)
    whole[:, : len(REASONS)] = weights * SHARE
    graph.initializer.append(numpy_helper.from_array(whole, "quotes_weights"))
    graph.node.append(
        helper.make_node("MatMul", [states_of(model), "quotes_weights"], ["quoted"], "quotes_learned")
    )
    graph.node.append(helper.make_node("Add", ["scores", "quoted"], ["quotes"], "quotes_sum"))
    graph.output.append(
        helper.make_tensor_value_info("quotes", TensorProto.FLOAT, ["texts", "tokens", len(OUTPUTS)])
    )
    onnx.save(model, str(file))


def main() -> None:
    """Read, fit without a fifth and say what that meets, fit on all, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", type=Path, default=MODEL, help="the model's folder")
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    file, apart = given.model / "model.onnx", frozenset().union(*split_domains())
    states = States(file)
    ours = [one for one in our_examples(FILES) if one.domain not in apart]
    examples = [quoted for one in ours for quoted in states.quoted(one)]
    left_out = frozenset(sorted({one.domain for one in examples})[::FIFTH])
    held = [one for one in examples if one.domain in left_out]
    fitted = fit([one for one in examples if one.domain not in left_out])
    without = met(held, np.zeros_like(fitted))
    print(
        f"{len(examples)} quotes; left out {len(held)}: met {without:.3f} before, {met(held, fitted):.3f} now"
    )
    add_quotes(file, fit(examples))
    manifest = json.loads((given.model / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"model": digest(file), "quotes": {name: digest(OURS / name) for name in FILES}}
    (given.model / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
