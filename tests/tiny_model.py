"""A randomly initialised language model of a few kilobytes: real weights and a real tokenizer, no sense."""

from __future__ import annotations

from pathlib import Path


def write_tiny_model(folder: Path) -> None:
    """Save a two-layer Llama and a byte-level tokenizer with a chat template into `folder`."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    # Only whole letters: of half a UTF-8 letter a server shows nothing until the other half comes.
    letters = ["<s>", "</s>", *(chr(code) for code in range(33, 127)), "Ġ", "Ċ"]
    tokenizer = Tokenizer(models.BPE({letter: place for place, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")
    fast.chat_template = "{% for one in messages %}{{ one['role'] }}: {{ one['content'] }}\n{% endfor %}"
    fast.save_pretrained(folder)
    torch.manual_seed(7)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(fast),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=16384,
        )
    )
    model.save_pretrained(folder)
