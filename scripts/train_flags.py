"""Trains the flags' model on the labelled turns and writes it to `server/flags/model`.

    .venv/bin/python -m scripts.train_flags --turns ../shared/data/escalation/train.jsonl

Fine-tunes the pinned MiniLM with one linear layer over its token states: reasons, crisis and mood. A turn's
score is the mean of its tokens' scores, so that a sentence's part in it can be read off. Businesses that are
sealed or kept for calibration are never learned from. One thread and fixed seeds: the same machine gives the
same file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import average_precision_score
from transformers import AutoModel, AutoTokenizer

from bench.flag_data import OURS, Example, our_examples, shared_examples, split_domains
from knowledge.weights import WEIGHTS_SHA256, check_weights, installed_model
from server.flags.encoder import MODEL, MOODS, OUTPUTS, REASONS
from server.flags.reading import context_of, framed

SEED = 13
DATA = ("dialogues.jsonl", "split.json", "turns.jsonl")
EPOCHS = 5
BATCH = 24
RATE = 6e-5
HEAD_RATE = 1e-3
WARM_UP = 0.1
# A missed reason costs more than a false one; thresholds are chosen afterwards.
POSITIVE_WEIGHT = 2.0
MOOD_WEIGHT = 0.15
# Single turns also come behind an opening that says nothing, so that a context alone means nothing.
OPENED_SHARE = 0.4
OPENINGS = (
    "Hello, how can I help you today?",
    "Hi there! What can I do for you?",
    "Good morning, you're through to the support desk.",
    "Thanks for waiting. How may I help?",
    "Hi, I'm the virtual assistant. Ask me anything.",
    "Could you tell me a little more?",
    "May I have your customer number, please?",
    "Thank you. Let me look that up for you.",
    "Which product is this about?",
    "I have found your account. What is the matter?",
    "Is there anything else I can do?",
    "Sure, one moment please.",
    "Thanks for your message. We have received it.",
    "I see. And since when is that so?",
    "Your request has been passed on to the team.",
    "I'm sorry to hear that. What happened?",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tokens, 1 where they are the text's own, labels, which of them count, and moods (-1: none)."""

    ids: torch.Tensor
    mask: torch.Tensor
    own: torch.Tensor
    labels: torch.Tensor
    counted: torch.Tensor
    moods: torch.Tensor


class Scorer(torch.nn.Module):
    """The transformer with a linear layer over each token's state."""

    def __init__(self, transformer: Any, outputs: int) -> None:
        super().__init__()
        self.transformer = transformer
        self.drop = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(transformer.config.hidden_size, outputs)

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Each token's scores, and the unit vector of the text's own tokens."""
        states = self.transformer(input_ids, attention_mask, token_type_ids).last_hidden_state
        own = (token_type_ids * attention_mask).unsqueeze(-1).to(states.dtype)
        mean = (states * own).sum(1) / own.sum(1).clamp(min=1)
        return self.head(self.drop(states)), torch.nn.functional.normalize(mean, dim=1)


def turn_scores(tokens: Any, own: Any) -> Any:
    """The mean over the text's own tokens."""
    weights = own.unsqueeze(-1).to(tokens.dtype)
    return (tokens * weights).sum(1) / weights.sum(1).clamp(min=1)


class Reader:
    """Turns examples into batches of similar length."""

    def __init__(self, model: Path) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(str(model), local_files_only=True)

    def tokens(self, context: str, text: str) -> tuple[list[int], int]:
        """Token ids and where the text begins."""
        tokenizer = self._tokenizer
        before, own = (tokenizer(one, add_special_tokens=False)["input_ids"] for one in (context, text))
        return framed(before, own, tokenizer.cls_token_id, tokenizer.sep_token_id)

    def batches(self, examples: Sequence[Example], rng: random.Random | None) -> Iterator[Batch]:
        """Shuffled and with openings when `rng` is given; in order otherwise."""
        read = [(one, self.tokens(with_opening(one, rng), one.text)) for one in examples]
        if rng:
            # Shuffled within lengths, then the batches among themselves.
            read.sort(key=lambda pair: len(pair[1][0]) + rng.uniform(0, 12))
        groups = [read[at : at + BATCH] for at in range(0, len(read), BATCH)]
        if rng:
            rng.shuffle(groups)
        for group in groups:
            yield batch_of(group)


def with_opening(example: Example, rng: random.Random | None) -> str:
    """The example's context; in training, an empty one is sometimes an opening."""
    alone = not example.context and "not_understood" not in example.reasons
    if rng and alone and rng.random() < OPENED_SHARE:
        return context_of([("support", rng.choice(OPENINGS))])
    return example.context


def batch_of(group: Sequence[tuple[Example, tuple[list[int], int]]]) -> Batch:
    """Examples with their tokens as tensors."""
    shape = (len(group), max(len(ids) for _, (ids, _) in group))
    ids, mask, own = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    labels, counted = torch.zeros(shape[0], len(REASONS)), torch.ones(shape[0], len(REASONS))
    moods = torch.full((shape[0],), -1, dtype=torch.long)
    for row, (example, (tokens, start)) in enumerate(group):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        own[row, start : len(tokens)] = 1
        wanted = example.reasons | ({"crisis"} if example.crisis in {"explicit", "implicit"} else set())
        labels[row] = torch.tensor([float(reason in wanted) for reason in REASONS])
        counted[row] = torch.tensor([float(reason not in example.unsure) for reason in REASONS])
        if example.crisis is None and "vulnerability" in example.reasons and example.mood is None:
            # Only our own turns say whether a distress is a crisis.
            counted[row, REASONS.index("crisis")] = 0
        if example.mood:
            moods[row] = MOODS.index(example.mood)
    return Batch(ids, mask, own, labels, counted, moods)


def loss_of(scores: Any, batch: Batch) -> Any:
    """How far the scores of turns are from their labels."""
    reasons = torch.nn.functional.binary_cross_entropy_with_logits(
        scores[:, : len(REASONS)],
        batch.labels,
        reduction="none",
        pos_weight=torch.full((len(REASONS),), POSITIVE_WEIGHT),
    )
    total = (reasons * batch.counted).sum() / batch.counted.sum() * len(REASONS)
    if (batch.moods >= 0).any():
        moods = torch.nn.functional.cross_entropy(scores[:, len(REASONS) :], batch.moods, ignore_index=-1)
        total = total + MOOD_WEIGHT * moods
    return total


def found(scorer: Scorer, reader: Reader, held: Sequence[Example]) -> dict[str, float]:
    """Average precision of each reason over turns that nothing was learned from."""
    scorer.eval()
    with torch.no_grad():
        batches = list(reader.batches(held, None))
        scores = torch.cat([turn_scores(scorer(one.ids, one.mask, one.own)[0], one.own) for one in batches])
    labels, counted = (torch.cat([getattr(one, name) for one in batches]) for name in ("labels", "counted"))
    precision = {
        reason: round(float(average_precision_score(labels[rows, at], scores[rows, at])), 2)
        for at, reason in enumerate(REASONS)
        for rows in [counted[:, at] > 0]
    }
    return precision | {"mean": round(float(np.mean(list(precision.values()))), 3)}


def train(
    scorer: Scorer,
    reader: Reader,
    examples: Sequence[Example],
    epochs: int,
    loss_of: Callable[[Any, Batch], Any] = loss_of,
) -> Iterator[float]:
    """Fit all but the word embeddings; gives each epoch's loss."""
    scorer.transformer.embeddings.word_embeddings.weight.requires_grad_(False)
    body = [one for one in scorer.transformer.parameters() if one.requires_grad]
    groups = [{"params": body, "lr": RATE}, {"params": scorer.head.parameters(), "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = epochs * -(-len(examples) // BATCH)
    warm = max(1, int(steps * WARM_UP))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
    )
    rng = random.Random(SEED)
    for _ in range(epochs):
        losses = []
        scorer.train()
        for batch in reader.batches(examples, rng):
            optimizer.zero_grad()
            tokens, _ = scorer(batch.ids, batch.mask, batch.own)
            loss = loss_of(turn_scores(tokens, batch.own), batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(scorer.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        yield float(np.mean(losses))


def export(scorer: Scorer, target: Path) -> None:
    """The trained model as ONNX in eight bits, one scale a channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    names = ["input_ids", "attention_mask", "token_type_ids"]
    ids = torch.tensor([[101, 102, 7592, 2088, 102], [101, 102, 7592, 102, 0]])
    mask = (ids != 0).long()
    own = torch.tensor([[0, 0, 1, 1, 1], [0, 0, 1, 1, 0]])
    axes = {name: {0: "texts", 1: "tokens"} for name in [*names, "scores"]} | {"embedding": {0: "texts"}}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            scorer,
            (ids, mask, own),
            str(whole),
            input_names=names,
            output_names=["scores", "embedding"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        # Seven bits on processors that would overflow with eight: every machine gives the same flags.
        quantize_dynamic(whole, target, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


def agreement(scorer: Scorer, reader: Reader, target: Path, examples: Sequence[Example]) -> dict[str, float]:
    """How near the file's scores are to the trained model's, on turns it never saw."""
    from knowledge.onnx_embedder import open_session

    session = open_session(target)
    apart, same, count = [], 0, 0
    with torch.no_grad():
        for batch in reader.batches(examples, None):
            exact = turn_scores(scorer(batch.ids, batch.mask, batch.own)[0], batch.own)
            feed = {"input_ids": batch.ids, "attention_mask": batch.mask, "token_type_ids": batch.own}
            ran = session.run(["scores"], {name: one.numpy() for name, one in feed.items()})[0]
            small = turn_scores(torch.from_numpy(ran), batch.own)
            chance, other = (torch.sigmoid(one[:, : len(REASONS)]) for one in (exact, small))
            apart.append((chance - other).abs().flatten())
            same += int(((chance > 0.5) == (other > 0.5)).sum())
            count += chance.numel()
    return {"mean_apart": round(float(torch.cat(apart).mean()), 4), "same_side": round(same / count, 4)}


def digest(path: Path) -> str:
    """The file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def begin(outputs: int) -> tuple[Reader, Scorer]:
    """The pinned model's tokenizer, and the model with so many fresh outputs: the same ones every time."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    weights = installed_model()
    check_weights(weights)
    transformer = AutoModel.from_pretrained(str(weights), local_files_only=True, attn_implementation="eager")
    return Reader(weights), Scorer(transformer, outputs)


def main() -> None:
    """Read, train, export, check, write the manifest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--turns", type=Path, required=True, help="the shared training turns")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--only", type=int, help="so many examples, to try the script")
    given = parser.parse_args()
    sealed, calibration = split_domains()
    ours = our_examples()
    learned = [one for one in ours if one.domain not in sealed | calibration]
    examples = [*learned, *shared_examples(given.turns)][: given.only]
    held = [one for one in ours if one.domain in calibration]
    print(f"{len(examples)} turns to learn from, {len(held)} to check on", flush=True)
    reader, scorer = begin(len(OUTPUTS))
    began = time.monotonic()
    for loss in train(scorer, reader, examples, given.epochs):
        print(f"{time.monotonic() - began:.0f} s, loss {loss:.3f}", found(scorer, reader, held), flush=True)
    given.out.mkdir(parents=True, exist_ok=True)
    target = given.out / "model.onnx"
    export(scorer, target)
    near = agreement(scorer, reader, target, held)
    manifest = {
        "model": digest(target),
        "weights": WEIGHTS_SHA256,
        "outputs": list(OUTPUTS),
        "data": {path.name: digest(path) for path in [*(OURS / name for name in DATA), given.turns]},
        "trained_on": len(examples),
        "against_the_trained_model": near,
    }
    (given.out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(near), f"{target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
