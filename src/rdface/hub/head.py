"""A trained head: embeddings in, scores of conditions out; read from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pydantic
from numpy.typing import NDArray

from rdface.errors import UsageError, WeightsError, first_fault
from rdface.files import sha256_bytes
from rdface.hub.config import CONFIG_FILE, TENSORS_FILE, HeadConfig
from rdface.learners import LEARNERS
from rdface.learners.model import Model
from rdface.learners.preparation import FittedPreparation, Preparation

if TYPE_CHECKING:
    from rdface.backbones import Backbone

Tensors = dict[str, NDArray[Any]]
_PREPARATION, _LEARNER = "preparation.", "learner."


@dataclass(frozen=True)
class Head:
    """A fitted model with all that is to be known of it.

    Attributes:
        config: See :class:`~rdface.hub.config.HeadConfig`.
        model: The preparation and the learner.
    """

    config: HeadConfig
    model: Model

    @property
    def conditions(self) -> tuple[str, ...]:
        """Ids of the conditions: the columns of the scores."""
        return tuple(one.condition for one in self.config.conditions)

    def scores(self, embeddings: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Score embeddings ``[M, D]`` of :meth:`backbone`: ``float64 [M, C]``, higher is likelier.

        Each row is scored by itself. What a score means is the learner's matter; none is a
        probability that a person has a condition.

        Raises:
            UsageError: The embeddings have another length.
        """
        x = np.asarray(embeddings, dtype=np.float64)
        if x.ndim != 2 or x.shape[1] != self.config.backbone.dim:
            raise UsageError(
                f"The embeddings have the shape {list(x.shape)}; expected"
                f" [M, {self.config.backbone.dim}].",
                hint=f"They are to come from the backbone {self.config.backbone.name!r}.",
            )
        return self.model.scores(x)

    def backbone(self) -> Backbone:
        """The backbone that the head was fitted on.

        Raises:
            WeightsError: Its weights are not here, or it is another version of it.
        """
        from rdface.backbones import load_backbone

        wanted = self.config.backbone
        found = load_backbone(wanted.name)
        if found.fingerprint != wanted.fingerprint:
            raise WeightsError(
                f"The backbone {wanted.name!r} here is not the one that the head was fitted on:"
                f" its fingerprint is {found.fingerprint[:12]}, not {wanted.fingerprint[:12]}.",
                hint=f"It was written by rdface {self.config.rdface}; another version of it, or"
                " of OpenCV, may cut or compute otherwise. Export the head anew here.",
            )
        return found


def tensors_of(model: Model) -> Tensors:
    """All numbers of a model by name."""
    fitted = model.preparation
    tensors = {f"{_PREPARATION}mean": fitted.mean, f"{_PREPARATION}factor": fitted.factor}
    if fitted.basis is not None:
        tensors[f"{_PREPARATION}basis"] = fitted.basis
    tensors |= {f"{_LEARNER}{name}": array for name, array in model.learner.state().items()}
    return {name: np.ascontiguousarray(array) for name, array in tensors.items()}


def model_of(config: HeadConfig, tensors: Mapping[str, NDArray[Any]]) -> Model:
    """The model that gave these tensors.

    Raises:
        ValueError: A tensor is missing, or there is one too many.
    """
    steps = Preparation(**config.preparation)  # type: ignore[arg-type] # checked by pydantic
    names = {f"{_PREPARATION}{name}" for name in ("mean", "factor")}
    if steps.whiten:
        names.add(f"{_PREPARATION}basis")
    if {name for name in tensors if not name.startswith(_LEARNER)} != names:
        raise ValueError(f"the preparation has the tensors {', '.join(sorted(names))}")
    fitted = FittedPreparation(
        steps,
        tensors[f"{_PREPARATION}mean"],
        tensors[f"{_PREPARATION}factor"],
        tensors.get(f"{_PREPARATION}basis"),
    )
    state = {
        name.removeprefix(_LEARNER): array
        for name, array in tensors.items()
        if name.startswith(_LEARNER)
    }
    learner = LEARNERS.get(config.learner).restored(
        config.parameters, state, n_conditions=len(config.conditions)
    )
    return Model(fitted, learner, config.parameters)


def preparation_of(model: Model) -> dict[str, bool | int]:
    """The steps of a model's preparation as ``config.json`` has them."""
    return asdict(model.preparation.preparation)


def load_head(folder: Path) -> Head:
    """Read a folder that :func:`~rdface.hub.export_head` wrote. No code in it is ever run.

    Raises:
        UsageError: It is no such folder, or the extra ``hub`` is missing.
        WeightsError: A file in it was altered.
    """
    load = safetensors_of_numpy().load
    try:
        config = HeadConfig.model_validate_json((folder / CONFIG_FILE).read_bytes())
        data = (folder / TENSORS_FILE).read_bytes()
    except OSError as error:
        raise UsageError(
            f"{folder} is no exported head: {Path(str(error.filename)).name} cannot be read.",
            hint="Make one: rdface export RUN --out FOLDER.",
        ) from error
    except pydantic.ValidationError as error:
        raise UsageError(
            f"{folder / CONFIG_FILE} is no configuration of a head: {first_fault(error)}.",
            hint="Another version of rdface may have written it; export it anew.",
        ) from error
    if sha256_bytes(data) != config.tensors_sha256:
        raise WeightsError(
            f"{folder / TENSORS_FILE} is not the file that {CONFIG_FILE} names: its SHA-256"
            " differs. It is not used.",
            hint="Copy the folder again, or export the head anew.",
        )
    try:
        return Head(config, model_of(config, load(data)))
    except (ValueError, TypeError) as error:
        raise WeightsError(
            f"{folder / TENSORS_FILE} does not fit {CONFIG_FILE}: {error}.",
            hint="Export the head anew.",
        ) from error


def pack(tensors: Tensors) -> bytes:
    """Tensors as the bytes of a safetensors file; equal tensors give equal bytes.

    Raises:
        UsageError: The extra ``hub`` is missing.
    """
    packed: bytes = safetensors_of_numpy().save(
        dict(sorted(tensors.items())), metadata={"format": "np"}
    )
    return packed


def safetensors_of_numpy() -> Any:  # noqa: ANN401 - a module
    """The library's part for NumPy.

    Raises:
        UsageError: The extra ``hub`` is missing.
    """
    try:
        from safetensors import numpy
    except ImportError as error:
        raise UsageError(
            "Heads are kept as safetensors, which is not installed.",
            hint="Run `pip install 'rdface[hub]'`; in a checkout `pip install -e '.[hub]'`.",
        ) from error
    return numpy
