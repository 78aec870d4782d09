"""Ask a server on this machine a question, as the tests of `openai` do."""

from __future__ import annotations

import json

import numpy as np

from rdface.phenotype import Answer, Picture, make_describer
from rdface.phenotype.describers.openai_server import OpenAiServer
from rdface.phenotype.sections import SECTIONS
from tests.phenotype.describers.chat_server import Handler, Seen

KEY = "sk-very-secret-0123456789"


REPORT = json.dumps(dict.fromkeys(SECTIONS, "Ordinary.") | {"suspected_conditions": []})


def pictures(count: int = 1, side: int = 40) -> list[Picture]:
    rng = np.random.default_rng(0)
    return [
        Picture(
            f"picture-{number}",
            rng.integers(0, 256, (side, side, 3)).astype(np.uint8),
            None,
            "female",
            7.0,
        )
        for number in range(count)
    ]


def describer(seen: Seen, **options: object) -> OpenAiServer:
    usual = {"model": "m", "url": seen.url, "backoff": 0.01, "timeout": 5.0, "retries": 3}
    made = make_describer("openai", usual | options)
    assert isinstance(made, OpenAiServer)
    return made


def ask(seen: Seen, count: int = 1, **options: object) -> list[Answer]:
    return list(describer(seen, **options).describe(pictures(count)))


def say(handler: Handler, number: int) -> None:
    handler.say(REPORT)
