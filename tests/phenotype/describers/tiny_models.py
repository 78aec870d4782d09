"""Random image-text models of a few thousand numbers, with all files that real ones have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|image_pad|>",
    "<|video_pad|>",
)


def _tokenizer() -> tuple[Any, dict[str, int]]:
    """Bytes as tokens: it can say anything, and knows nothing."""
    from tokenizers import Tokenizer
    from tokenizers.decoders import ByteLevel as Decoder
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import PreTrainedTokenizerFast

    letters = sorted(ByteLevel.alphabet())
    vocabulary = {name: number for number, name in enumerate((*SPECIAL, *letters))}
    words = Tokenizer(BPE(vocabulary, []))
    words.pre_tokenizer = ByteLevel(add_prefix_space=False)
    words.decoder = Decoder()
    words.add_special_tokens(list(SPECIAL))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words,
        eos_token=SPECIAL[2],
        pad_token=SPECIAL[0],
    )
    return tokenizer, vocabulary


def _save(model: Any, vocabulary: dict[str, int], folder: Path) -> None:  # noqa: ANN401
    """With weights far from one another, so that rounding decides no word, and letters alone."""
    import torch

    with torch.no_grad():
        for part in model.parameters():
            part.mul_(6.0)
    plain = {place for word, place in vocabulary.items() if word.isascii() and word.isalpha()}
    ends = vocabulary["<|im_end|>"]
    model.generation_config.eos_token_id = ends
    model.generation_config.suppress_tokens = sorted(set(vocabulary.values()) - plain - {ends})
    model.save_pretrained(folder)


def save_tiny_llava(folder: Path) -> Path:
    """A model of another make: CLIP's eyes, Llama's words, another processor."""
    import torch
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
    )

    tokenizer, vocabulary = _tokenizer()
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(
            hidden_size=32,
            intermediate_size=48,
            num_hidden_layers=2,
            num_attention_heads=2,
            image_size=56,
            patch_size=14,
        ),
        text_config=LlamaConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            intermediate_size=48,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=8192,
            eos_token_id=vocabulary["<|im_end|>"],
            pad_token_id=vocabulary["<|endoftext|>"],
        ),
        image_token_id=vocabulary["<|image_pad|>"],
    )
    torch.manual_seed(0)
    _save(LlavaForConditionalGeneration(config).eval(), vocabulary, folder)
    LlavaProcessor(
        image_processor=CLIPImageProcessor(
            size={"shortest_edge": 56}, crop_size={"height": 56, "width": 56}
        ),
        tokenizer=tokenizer,
        patch_size=14,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        image_token="<|image_pad|>",  # noqa: S106
        chat_template=TEMPLATE,
    ).save_pretrained(folder)
    return folder


def save_tiny_qwen(folder: Path, seed: int = 0) -> Path:
    """Write model and processor as ``save_pretrained`` writes real ones."""
    import torch
    from transformers import (
        Qwen2_5_VLConfig,
        Qwen2_5_VLForConditionalGeneration,
        Qwen2_5_VLProcessor,
        Qwen2VLImageProcessor,
        Qwen2VLVideoProcessor,
    )

    tokenizer, vocabulary = _tokenizer()
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(vocabulary),
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 8192,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10000.0,
                "mrope_section": [1, 1, 2],
            },
            "bos_token_id": vocabulary["<|endoftext|>"],
            "eos_token_id": vocabulary["<|im_end|>"],
            "pad_token_id": vocabulary["<|endoftext|>"],
        },
        vision_config={
            "depth": 2,
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_heads": 2,
            "out_hidden_size": 32,
            "fullatt_block_indexes": [1],
        },
        image_token_id=vocabulary["<|image_pad|>"],
        video_token_id=vocabulary["<|video_pad|>"],
        vision_start_token_id=vocabulary["<|vision_start|>"],
        vision_end_token_id=vocabulary["<|vision_end|>"],
    )
    torch.manual_seed(seed)
    _save(Qwen2_5_VLForConditionalGeneration(config).eval(), vocabulary, folder)
    Qwen2_5_VLProcessor(
        image_processor=Qwen2VLImageProcessor(),
        tokenizer=tokenizer,
        video_processor=Qwen2VLVideoProcessor(),
        chat_template=TEMPLATE,
    ).save_pretrained(folder)
    return folder
