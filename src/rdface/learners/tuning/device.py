"""Where training runs, in which precision, and how it is kept reproducible there."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Literal

from rdface.errors import UsageError

if TYPE_CHECKING:
    import torch

VARIABLE = "RDFACE_DEVICE"


def choose_device(name: str | None = None) -> torch.device:
    """The device that is asked for, else the best one that there is: cuda, mps, cpu.

    Args:
        name: As torch names it (``cuda:1``); the variable ``RDFACE_DEVICE`` if None.

    Raises:
        UsageError: torch is not installed, or the device is not there.
    """
    if importlib.util.find_spec("torch") is None:
        raise UsageError(
            "Training needs torch, which is not installed.", hint="Run `pip install rdface[torch]`."
        )
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    wanted = name or os.environ.get(VARIABLE)
    if not wanted:
        return torch.device(next((kind for kind, found in there.items() if found), "cpu"))
    try:
        device = torch.device(wanted)
    except RuntimeError as error:
        raise UsageError(
            f"torch knows no device {wanted!r}.", hint="Say cpu, cuda, cuda:1 or mps."
        ) from error
    if not there.get(device.type, device.type == "cpu"):
        raise UsageError(
            f"There is no device {wanted!r} here, or this torch cannot use it.",
            hint=f"Unset {VARIABLE} to take the best device that there is.",
        )
    return device


def half_type(
    device: torch.device, precision: Literal["mixed", "full"] = "mixed"
) -> torch.dtype | None:
    """The type that forward passes are computed in; None for float32 (all but CUDA, and ``full``).

    bfloat16 where the card computes in it; older cards only emulate it, slowly.
    """
    import torch

    if device.type != "cuda" or precision == "full":
        return None
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if native else torch.float16


def mixed_precision(
    device: torch.device, half: torch.dtype | None
) -> AbstractContextManager[object]:
    """Autocast to a type of :func:`half_type`, or nothing."""
    import torch

    return nullcontext() if half is None else torch.autocast(device.type, dtype=half)


@contextmanager
def reproducible(device: torch.device, seed: int) -> Iterator[None]:
    """Seed torch's own generators and have it choose deterministic algorithms; undone at the end.

    On a CPU the same torch, processor and number of threads give the same bits; another number
    of threads adds up in another order, which training amplifies. On a GPU an operation that
    has no deterministic algorithm is let pass with torch's warning.
    """
    import torch
    from torch.utils import deterministic

    memory: Any = deterministic  # its attribute is made at run time
    if device.type == "cuda":  # read by cuBLAS when it is first used
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    before = torch.are_deterministic_algorithms_enabled()
    only_warned = torch.is_deterministic_algorithms_warn_only_enabled()
    benchmark, filled = torch.backends.cudnn.benchmark, memory.fill_uninitialized_memory
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        try:
            torch.use_deterministic_algorithms(True, warn_only=True)
            torch.backends.cudnn.benchmark = False
            memory.fill_uninitialized_memory = False  # costs time, mends nothing here
            torch.manual_seed(seed)
            yield
        finally:
            torch.use_deterministic_algorithms(before, warn_only=only_warned)
            torch.backends.cudnn.benchmark = benchmark
            memory.fill_uninitialized_memory = filled


def random_states(device: torch.device) -> dict[str, torch.Tensor]:
    """The states of torch's own generators, which dropout draws from."""
    import torch

    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def restore_random_states(states: dict[str, torch.Tensor], device: torch.device) -> None:
    """The inverse of :func:`random_states`, on the same type of device."""
    import torch

    torch.set_rng_state(states["cpu"])
    if device.type == "cuda":
        torch.cuda.set_rng_state(states["cuda"], device)
    elif device.type == "mps":
        torch.mps.set_rng_state(states["mps"])


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold torch to one thread, so that results do not depend on the number of cores.

    For matrices as small as those of heads it is also the fastest: threads that wait for each
    other cost more than they save, many times more where other processes want the cores.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
