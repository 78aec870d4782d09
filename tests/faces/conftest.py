"""Real photographs: the astronaut of scikit-image and the portraits of face_recognition."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from rdface.imaging import read_image
from tests.fetch_photographs import photographs


@pytest.fixture(scope="session")
def photos() -> dict[str, np.ndarray]:
    """RGB pictures by name."""
    spec = find_spec("skimage")
    assert spec is not None and spec.origin is not None
    found = {path.stem: read_image(path) for path in sorted(photographs().glob("*.jpg"))}
    found["astronaut"] = read_image(Path(spec.origin).parent / "data" / "astronaut.png")
    return found
