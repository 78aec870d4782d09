"""What decides the numbers of a study besides its plan: code, libraries and weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from rdface.files import code_of
from rdface.versions import package_versions

if TYPE_CHECKING:
    from rdface.bench.augmentation.plan import GeneratorPlan

_LIBRARIES: Final = (
    *("numpy", "scipy", "scikit-learn", "opencv-python-headless"),
    *("torch", "diffusers", "transformers", "peft"),
)


def deciding_code() -> dict[str, str]:
    """Versions of libraries, and hashes of the code that makes, scores and learns faces.

    The folders below count: a generator's own decides its pictures.
    """
    import rdface.bench.augmentation
    import rdface.faces
    import rdface.learners
    import rdface.metrics
    import rdface.protocols
    import rdface.screening
    import rdface.synthesis

    installed = package_versions()
    found: dict[str, str] = {name: installed[name] for name in _LIBRARIES if name in installed}
    return found | code_of(
        rdface.bench.augmentation,
        rdface.faces,
        rdface.learners,
        rdface.metrics,
        rdface.protocols,
        rdface.screening,
        rdface.synthesis,
    )


def given_weights(generators: Iterable[GeneratorPlan]) -> dict[str, str]:
    """Hashes of pretrained weights that pools stem from and that no other part of a plan names.

    Args:
        generators: As a plan names them.

    Returns:
        Label of each generator that begins from pretrained weights to their hash; and that of the
        mesh, whose points cut and warp faces.
    """
    from rdface.faces.mesh468 import mesh_fingerprint
    from rdface.synthesis import make_generator

    made = {one.called: make_generator(one.name, one.options).base_sha256 for one in generators}
    return {"mesh468": mesh_fingerprint(), **{name: sha for name, sha in made.items() if sha}}
