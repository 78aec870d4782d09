"""Read a state dict from a file, and load it so that nothing stays random."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rdface.errors import WeightsError
from rdface.weights.tensors import read_tensors

if TYPE_CHECKING:
    import torch

State = dict[str, "torch.Tensor"]


def read_state(path: Path) -> State:
    """Tensors by name from a safetensors or torch file; no code in the file is ever run.

    Raises:
        WeightsError: It cannot be read, or holds more than tensors.
    """
    tensors = read_tensors(path, ("state_dict", "model"))
    return {key.removeprefix("module."): value for key, value in tensors.items()}


def load_state(network: torch.nn.Module, state: State, source: str, drop: str = "") -> None:
    """Load a state dict, every tensor of the network and none besides.

    Args:
        network: Its names may be those after its own ``checkpoint_filter_fn``.
        state: Tensors by name.
        source: What to call them in an error.
        drop: A pattern of names that may be there too (the classifier that was taken off).

    Raises:
        WeightsError: Names or shapes do not fit; the first ones are named.
    """
    wanted = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    best = _without(state, drop, wanted)
    translate = getattr(sys.modules[type(network).__module__], "checkpoint_filter_fn", None)
    if _faults(wanted, best) and translate is not None:
        try:
            best = _without(translate(dict(state), network), drop, wanted)
        except (KeyError, RuntimeError, TypeError, AttributeError):
            pass  # another architecture's weights: the faults below say so
    faults = _faults(wanted, best)
    if faults:
        more = f" and {len(faults) - 4} more" if len(faults) > 4 else ""
        raise WeightsError(
            f"The weights of {source} do not fit {type(network).__name__}: "
            f"{'; '.join(faults[:4])}{more}.",
            hint="They belong to another architecture, size or version.",
        )
    network.load_state_dict(best, strict=False)  # only batch counters may be missing


def _without(state: State, drop: str, wanted: dict[str, tuple[int, ...]]) -> State:
    return {
        key: value
        for key, value in state.items()
        if key in wanted or not drop or not re.match(drop, key)
    }


def _faults(wanted: dict[str, tuple[int, ...]], state: State) -> list[str]:
    missing = [
        f"{key} is missing"
        for key in wanted
        if key not in state and not key.endswith("num_batches_tracked")
    ]
    wrong = [
        f"{key} is {tuple(state[key].shape)} instead of {shape}"
        for key, shape in wanted.items()
        if key in state and tuple(state[key].shape) != shape
    ]
    return wrong + missing + [f"{key} is unknown" for key in state if key not in wanted]
