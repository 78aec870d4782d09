"""Size and quality of the pictures, where the command line can read them without the renderer."""

from __future__ import annotations

from typing import Final

SIZE: Final = 256  # pixels a side
SAMPLES: Final = 3  # light paths a pixel
