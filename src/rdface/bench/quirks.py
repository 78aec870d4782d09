"""The paper's flaws as named flags: `paper` has them where a spec asks, `strict` never.

docs/flaws.md says of each what it is and what it does to a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rdface.errors import UsageError
from rdface.registry import nearest


@dataclass(frozen=True)
class Quirk:
    """A flaw of the published notebooks that a spec can switch on.

    Attributes:
        flaw: Its number in docs/flaws.md.
        summary: One line.
        options: What it sets in the protocol.
    """

    flaw: str
    summary: str
    options: dict[str, Any] = field(default_factory=dict)


QUIRKS = {
    "split-by-image": Quirk(
        "F1",
        "images are divided, not patients: one patient may be trained and tested",
        {"divide_by": "image"},
    ),
    "synthetic-in-folds": Quirk(
        "F2",
        "synthetic images enter the folds, so that they validate and pick the checkpoint",
        {"synthetic": "folds"},
    ),
    "imagenet-norm-for-all": Quirk("F4", "ImageNet's mean and SD for every backbone"),
    "stretched-picture": Quirk("F4", "the whole picture stretched to 224 x 224, no crop"),
    "last-epoch-topk": Quirk("F5", "top-1 of the best epoch beside top-5 and more of the last"),
    "sd-over-folds": Quirk("F6", "mean and SD over five models on one test set as the result"),
    "unseeded": Quirk("F7", "weights, order and dropout from a seed that is drawn anew"),
    "equal-epochs": Quirk("F8", "equal epochs: added synthetic images bring more steps"),
}
"""Quirks of closed-set recognition, in the order of the flaws."""

SCREENING_QUIRKS = {
    "means-of-all-images": Quirk(
        "F3", "landmark means are of all real images, the test's included", {"means": "all"}
    ),
    "aspect-lost": Quirk(
        "F11", "width and height of the landmark descriptor divided apart", {"scale": "apart"}
    ),
    "whole-pool-selection": Quirk(
        "F12", "the best of the whole pool, not of each condition", {"over": "pool"}
    ),
    "missing-first": Quirk(
        "F12", "images without a score are selected first", {"missing": "first"}
    ),
}
"""Quirks of screening: options of :class:`rdface.screening.ScreenOptions` (the first two) and of
:class:`rdface.screening.Selection`."""


def check_quirk(name: str, known: Mapping[str, Quirk] = QUIRKS, kind: str = "quirk") -> None:
    """Refuse an unknown quirk.

    Args:
        name: Name.
        known: Quirks of the task, by name.
        kind: What to call one, for the message.

    Raises:
        UsageError: With the nearest names.
    """
    if name not in known:
        raise UsageError(
            f"There is no {kind} called {name!r}.",
            hint=f"{nearest(name, known)} Known: {', '.join(known)}.".lstrip(),
        )
