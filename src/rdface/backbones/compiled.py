"""Run a torch network fast on a CPU: converted once to OpenVINO.

Requests of eight pictures (the last one filled up with black) run side by side, one thread each:
a weight read from memory serves eight pictures. A converted network is kept only if it agrees
with eager torch and if a picture's embedding is the same to the bit wherever it stands among the
eight and whatever the others are; else it goes one by one. Where OpenVINO is not there or cannot
convert, eager torch is used and the log says so.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rdface.backbones.backbone import Embeddings, Images
from rdface.files import atomic_path, cache_dir

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

TOLERANCE = 1e-3
"""Largest difference from eager torch, in parts of the largest absolute number of its output."""

TOGETHER = 8
"""Pictures in one request."""

Run = Callable[[Images], Embeddings]


def openvino() -> Any:  # noqa: ANN401 - a module
    """Import OpenVINO, without the telemetry that it sends on import by default.

    Who works with patients' faces must not tell a third party about it.

    Raises:
        ImportError: It is not installed.
    """
    if "openvino" not in sys.modules:
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino as module

    return module


def compiled(network: torch.nn.Module, side: tuple[int, int], key: str) -> tuple[Run, str]:
    """The fastest way to run a network on this CPU.

    Args:
        network: Takes ``uint8 [1, H, W, 3]``, gives ``[1, D]``; in evaluation mode.
        side: Height and width.
        key: Names network and weights in the cache.

    Returns:
        A function on ``uint8 [N, H, W, 3]``, and the engine's name and version.
    """
    import torch

    try:
        module = openvino()
        return _openvino_run(module, network, side, key), f"openvino {module.__version__}"
    except Exception as error:  # OpenVINO raises all sorts; each has the same remedy
        log.warning("OpenVINO is not used for %s, eager torch is: %s", key, error)
        return eager(network), f"torch {torch.__version__}"


def eager(network: torch.nn.Module) -> Run:
    """Run a network in eager torch, picture by picture."""
    import torch

    def run(images: Images) -> Embeddings:
        with torch.inference_mode():
            rows = [network(torch.from_numpy(image[None].copy())).numpy() for image in images]
        return np.concatenate(rows).astype(np.float32)

    return run


def _openvino_run(
    module: Any,  # noqa: ANN401
    network: torch.nn.Module,
    side: tuple[int, int],
    key: str,
) -> Run:
    folder = cache_dir("openvino") / f"{key[:32]}-{module.__version__.split('-')[0]}"
    core = module.Core()
    if folder.is_dir():
        try:
            run = _requests(module, core, core.read_model(str(folder / "model.xml")))
            _compare(run, network, side)
            return run
        except (RuntimeError, ValueError) as error:
            log.warning("The converted network in %s is damaged (%s); made anew.", folder, error)
            shutil.rmtree(folder, ignore_errors=True)  # whole: a rest would bar the new one
    for together in (TOGETHER, 1):
        model = _convert(module, network, side, together)
        run = _requests(module, core, model)
        if together == 1 or _free_of_neighbours(run, side):
            break
    _compare(run, network, side)
    _keep(module, model, folder)
    return run


def _convert(
    module: Any,  # noqa: ANN401
    network: torch.nn.Module,
    side: tuple[int, int],
    together: int,
) -> Any:  # noqa: ANN401
    import torch

    shape = (together, *side, 3)
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of torch.jit.trace, which it uses
        return module.convert_model(
            network, example_input=torch.zeros(shape, dtype=torch.uint8), input=[list(shape)]
        )


def _requests(module: Any, core: Any, model: Any) -> Run:  # noqa: ANN401
    """Compile for all cores; full precision, for some CPUs would take bfloat16 by default."""
    streams = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    settings = {
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": str(streams or 1),
        "INFERENCE_NUM_THREADS": str(streams or 1),
    }
    net = core.compile_model(model, "CPU", settings)
    queue = module.AsyncInferQueue(net, streams or 1)

    together = int(model.input(0).shape[0])

    def run(images: Images) -> Embeddings:
        starts = range(0, len(images), together)
        rows: list[Any] = [None] * len(starts)

        def keep(request: Any, part: int) -> None:  # noqa: ANN401
            rows[part] = request.get_output_tensor(0).data.copy()

        queue.set_callback(keep)
        for part, start in enumerate(starts):
            batch = np.zeros((together, *images.shape[1:]), np.uint8)
            given = images[start : start + together]
            batch[: len(given)] = given
            queue.start_async({0: batch}, part)
        queue.wait_all()
        return np.concatenate(rows)[: len(images)].astype(np.float32)

    return run


def _free_of_neighbours(run: Run, side: tuple[int, int]) -> bool:
    """Whether a picture's bits are the same at every place and beside any other picture."""
    rng = np.random.default_rng(1)
    pictures = rng.integers(0, 256, (2 * TOGETHER, *side, 3), dtype=np.uint8)
    order = rng.permutation(len(pictures))
    rows = run(pictures)
    alone = np.concatenate([run(picture[None]) for picture in pictures[:3]])
    same = np.array_equal(run(pictures[order]), rows[order]) and np.array_equal(alone, rows[:3])
    if not same:
        log.info("Embeddings depend on their neighbours; pictures go one by one.")
    return same


def _compare(run: Run, network: torch.nn.Module, side: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (1, *side, 3), dtype=np.uint8)
    wanted, got = eager(network)(picture), run(picture)
    away = float(np.abs(got - wanted).max())
    if not away <= TOLERANCE * float(np.abs(wanted).max()):
        raise RuntimeError(f"its numbers differ from eager torch by {away:.2g}")


def _keep(module: Any, model: Any, folder: Path) -> None:  # noqa: ANN401
    if folder.is_dir():
        return
    try:
        with atomic_path(folder) as part:
            part.mkdir()
            module.save_model(model, str(part / "model.xml"), compress_to_fp16=False)
    except OSError as error:  # another process was faster, or the disk is full
        log.info("The converted network is not kept: %s", error)
