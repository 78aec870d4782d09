"""What runs call their backbones: never by the path of a weight file, which may name people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rdface.backbones import Backbone
from rdface.bench.jobs import ENSEMBLE
from rdface.errors import UsageError


def without_paths(backbones: Mapping[str, Backbone]) -> dict[str, str]:
    """Name in the spec (``resnet152:/home/me/a.pth``) to the name in all that is written.

    Results and folders of runs are passed on, and the paper's figures are found by name; which
    weights they were is said by their fingerprint.

    Args:
        backbones: Loaded ones, by their name in the spec.

    Raises:
        UsageError: Two would have one name.
    """
    names = {given: each.name if ":" in given else given for given, each in backbones.items()}
    taken: dict[str, str] = {}
    for given, name in names.items():
        if taken.setdefault(name, given) != given:
            raise UsageError(
                f"The backbones {taken[name]!r} and {given!r} would both be called {name!r}.",
                hint="Give each a spec of its own: results do not hold the paths of weights.",
            )
    return names


def renamed(backbones: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """A spec's backbones, ensembles too, under the names of :func:`without_paths`."""
    parts = (backbone.split(ENSEMBLE) for backbone in backbones)
    return tuple(ENSEMBLE.join(names[part] for part in each) for each in parts)
