"""The registry of protocols, and what a protocol is."""

from __future__ import annotations

from collections.abc import Callable

from rdface.protocols.split import Split
from rdface.registry import Registry

Protocol = Callable[..., Split]
"""``protocol(images, *, seed, cohort_sha256="", **options) -> Split``.

``images`` is a cohort's image table, of which ``image_id``, ``patient_id``, ``condition`` and
``synthetic_of`` are read; no pixel is touched. ``seed`` is the only source of randomness,
``cohort_sha256`` is noted in the split, and the options are the protocol's own.
"""

PROTOCOLS: Registry[Protocol] = Registry("protocol", "rdface.protocols")
"""All protocols by name."""
