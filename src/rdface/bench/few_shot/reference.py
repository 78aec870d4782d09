"""What the RDFace paper reports of few-shot learning, to stand beside a reader's own figures."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rdface.protocols.few_shot import Setting


@cache
def _published() -> dict[str, Any]:
    path = Path(__file__).with_name("reference.yaml")
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def reference_accuracy(backbone: str, method: str, setting: Setting) -> float | None:
    """The paper's accuracy, 0 to 1; None where it has none.

    Args:
        backbone: Name, as in rdface.
        method: Name of the method (not its label).
        setting: How large episodes are.
    """
    published = _published()
    if method != published["method"] or (setting.shot, setting.query) != (1, 1):
        return None
    found = published["accuracy"].get(backbone, {}).get(setting.way)
    return None if found is None else float(found) / 100
