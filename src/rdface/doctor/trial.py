"""Whether it works: one shipped, simulated picture from pixels to a score."""

from __future__ import annotations

import time
from collections.abc import Iterator

from rdface.doctor.finding import Finding, State
from rdface.errors import RdfaceError

_COHORT = "sim103"


def examine_a_face() -> Iterator[Finding]:
    """Find, measure and embed the face of a picture with the demo's networks; nothing is kept."""
    started = time.perf_counter()
    try:
        about = _embed()
    except RdfaceError as error:
        yield _found("wrong", error.message, error.hint or "")
    except (ImportError, OSError) as error:  # a library that does not load
        yield _found("wrong", str(error), "Install rdface again, into a fresh environment.")
    else:
        yield _found("good", f"{about} in {time.perf_counter() - started:.1f} s")


def _found(state: State, about: str, mend: str = "") -> Finding:
    return Finding(section="trial", name="one face", state=state, about=about, mend=mend)


def _embed() -> str:
    import numpy as np

    from rdface.backbones import load_backbone
    from rdface.cohort.read import shipped_folder
    from rdface.errors import ImageError
    from rdface.faces import align, find_faces, load_detector, main_face
    from rdface.faces.finder import refined
    from rdface.faces.mesh468 import Mesh468
    from rdface.imaging import decode_image

    picture = min((shipped_folder(_COHORT) / "images").iterdir())
    image = decode_image(picture.read_bytes(), picture.name)
    face = main_face(find_faces(image, load_detector("yunet"))[0])
    if face is None:
        raise ImageError(
            f"No face was found in the shipped picture {picture.name}.",
            hint="OpenCV and the weights do not fit together: install rdface again.",
        )
    face, _ = refined(image, face, Mesh468())
    lengths = []
    for name in ("facenet", "sface"):
        backbone = load_backbone(name)
        lengths.append(backbone.embed(np.stack([align(image, face, backbone.crop)])).shape[1])
    return (
        f"a simulated child's face was found, and embedded to {lengths[0]} and {lengths[1]} numbers"
    )
