"""State dicts that their makers publish as one file: from a path, a folder, or their address."""

from __future__ import annotations

from rdface.backbones.local_state import State, read_state
from rdface.weights.published import published_file


def published_state(name: str, path: str | None) -> tuple[State, str]:
    """The state dict of a backbone that the manifest lists with a hub.

    Args:
        name: Of the backbone and of its entry in the manifest.
        path: A file, or a folder with one; what stands after the colon of the backbone's name.

    Returns:
        Tensors by name, and what to call their source in an error.

    Raises:
        WeightsError: Nothing is there (every way to get it is named), or it cannot be read. See
            :func:`rdface.weights.published.published_file` for where it is looked for.
    """
    file = published_file(name, path)
    return read_state(file), str(file)
