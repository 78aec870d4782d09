"""One file of a pool: a PNG that says itself that it is synthetic, and what it was made from."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rdface.errors import RunError

if TYPE_CHECKING:
    from rdface.imaging import Image

KEY = "rdface synthetic"
"""The PNG's text chunk, so that the provenance travels with the picture."""


@dataclass(frozen=True)
class Provenance:
    """Where a sample comes from.

    Attributes:
        generator: Name.
        generator_sha256: Of what it had learnt.
        generator_seed: It was fitted with.
        plan_sha256: Of the pool's plan.
        condition: Asked for; "" where the generator knows none.
        number: Of the sample within the condition, from 0.
        sample_seed: Of this very sample.
        parents: Ids of the training images it stems from.
        control_parents: Ids of the unaffected children it stems from.
        notes: Of the generator.
    """

    generator: str
    generator_sha256: str
    generator_seed: int
    plan_sha256: str
    condition: str
    number: int
    sample_seed: int
    parents: tuple[str, ...]
    control_parents: tuple[str, ...]
    notes: dict[str, str]


def encode_sample(image: Image, provenance: Provenance) -> bytes:
    """PNG bytes, the same for the same picture and provenance."""
    from PIL import Image as Pillow
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text(KEY, json.dumps(asdict(provenance), sort_keys=True), zip=True)
    stream = io.BytesIO()
    Pillow.fromarray(image).save(stream, "PNG", pnginfo=text)
    return stream.getvalue()


def read_provenance(path: Path) -> Provenance:
    """What a picture of a pool says of itself; its pixels are not decoded.

    Raises:
        RunError: It says nothing, or cannot be read.
    """
    from PIL import Image as Pillow

    try:
        with Pillow.open(path, formats=["PNG"]) as picture:
            said = json.loads(picture.info[KEY])
        said["parents"] = tuple(said["parents"])
        said["control_parents"] = tuple(said["control_parents"])
        return Provenance(**said)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"{path} does not say what it was made from.",
            hint="Remove that file; the same command makes it again.",
        ) from error
