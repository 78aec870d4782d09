"""Which backbones are face-recognition networks: trained to tell people apart.

Only to such a network two pictures of one child lie nearer to each other than two children do,
whatever the light and the expression. A network of objects, points or measures places faces by
their look, and cannot say whose face one is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rdface.backbones.backbone import BACKBONES
from rdface.errors import UsageError
from rdface.registry import nearest

Factory = TypeVar("Factory", bound=Callable[..., object])

_MARKED: set[object] = set()


def tells_people_apart(factory: Factory) -> Factory:
    """Mark the factory of a face-recognition network; a decorator."""
    _MARKED.add(factory)
    return factory


def recognition_names() -> list[str]:
    """Names of all face-recognition networks, sorted."""
    return [name for name in BACKBONES.names() if BACKBONES.get(name) in _MARKED]


def need_recognition(name: str) -> None:
    """Make sure that a backbone can say whose face it is.

    Raises:
        UsageError: There is no such backbone, or it is no face-recognition network.
    """
    factory, _ = BACKBONES.get_with_argument(name)
    if factory not in _MARKED:
        known = recognition_names()
        raise UsageError(
            f"The backbone {name!r} is no face-recognition network: it cannot say whose face it"
            " is.",
            hint=f"{nearest(name, known)} Those that can: {', '.join(known)}.".lstrip(),
        )
