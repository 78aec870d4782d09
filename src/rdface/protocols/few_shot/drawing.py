"""Draw episodes from a key: the same key gives the same episodes on every machine.

The generator is NumPy's ``RandomState`` (MT19937), whose stream NumPy has promised never to
change (NEP 19), seeded by a SHA-256 of the key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.protocols.few_shot.people import People, qualifies
from rdface.protocols.few_shot.setting import Setting

Rows = NDArray[np.intp]


class EpisodeRows(NamedTuple):
    """Episodes as rows of the cohort's image table.

    Attributes:
        support: ``intp [E, way, shot]``.
        query: ``intp [E, way, query]``.
    """

    support: Rows
    query: Rows

    @property
    def images(self) -> Rows:
        """``intp``: every row that is in some episode, once, ascending."""
        return np.unique(np.concatenate([self.support.ravel(), self.query.ravel()]))


def keyed(*key: object) -> np.random.RandomState:
    """A generator that a key names, whatever was drawn before."""
    digest = hashlib.sha256("\x1f".join(map(str, key)).encode()).digest()
    return np.random.RandomState(np.frombuffer(digest, dtype="<u4").astype(np.uint32))


def qualified(people: People, conditions: Sequence[str], setting: Setting) -> list[str]:
    """Which conditions can give the support and the queries of an episode, in their order."""
    return [
        condition
        for condition in conditions
        if qualifies([len(one) for one in people[condition]], setting.shot, setting.query)
    ]


def draw_episodes(
    people: People,
    conditions: Sequence[str],
    setting: Setting,
    count: int,
    generator: np.random.RandomState,
    *,
    which: str = "given ones",
) -> EpisodeRows:
    """Draw episodes; within each, no person is in both support and query.

    Each episode takes ``way`` of the conditions that qualify, all equally likely. The people of a
    condition are shuffled; the first ones, until they have ``query`` images, give the queries, and
    the others the support. Where those have fewer than ``shot`` images, they are shuffled again:
    every division into two sides that suffice can come up.

    Args:
        people: From :func:`~rdface.protocols.few_shot.find_people`.
        conditions: To draw from.
        setting: How large an episode is.
        count: How many episodes.
        generator: From :func:`keyed`.
        which: What the conditions are, for the message: ``held-out ones``.

    Raises:
        UsageError: Too few conditions qualify; it says how many and which.
    """
    able = qualified(people, conditions, setting)
    if len(able) < setting.way:
        raise too_few(setting, able, len(conditions), which)
    support = np.empty((count, setting.way, setting.shot), dtype=np.intp)
    query = np.empty((count, setting.way, setting.query), dtype=np.intp)
    for episode in range(count):
        for place, chosen in enumerate(generator.permutation(len(able))[: setting.way]):
            asked, shown = _divide(people[able[chosen]], setting, generator)
            query[episode, place] = generator.permutation(asked)[: setting.query]
            support[episode, place] = generator.permutation(shown)[: setting.shot]
    return EpisodeRows(support, query)


def _divide(
    persons: tuple[tuple[int, ...], ...], setting: Setting, generator: np.random.RandomState
) -> tuple[list[int], list[int]]:
    """Rows of the people who are asked, and of those who are shown."""
    while True:
        asked: list[int] = []
        shown: list[int] = []
        for person in generator.permutation(len(persons)):
            (asked if len(asked) < setting.query else shown).extend(persons[person])
        if len(shown) >= setting.shot:
            return asked, shown


def too_few(setting: Setting, able: Sequence[str], among: int, which: str) -> UsageError:
    """The error that says how many conditions qualify."""
    if setting.shot == setting.query == 1:
        need = "two patients each"
    else:
        need = (
            f"{_images(setting.shot)} to show and {_images(setting.query)} to ask, of different"
            " patients"
        )
    named = f": {', '.join(able)}" if able else ""
    return UsageError(
        f"{setting} needs {setting.way} conditions with {need}; {len(able)} of the {among} {which}"
        f" qualify{named}.",
        hint=(f"At most {len(able)} ways are possible here. " if len(able) > 1 else "")
        + "Ask for fewer ways, shots or queries, or hold out more conditions (test_share).",
    )


def _images(count: int) -> str:
    return f"{count} image{'s' if count > 1 else ''}"
