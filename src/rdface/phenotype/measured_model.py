"""What `measured` knows, as it ships: one small file, and who was fitted.

``measured.npz`` holds the two linear steps of :mod:`rdface.phenotype.fitting`; the first is rounded
to 8 bits a weight. ``benchmarks/measured_terms.py FOLDER --write`` makes it, and keeps in it who
the people were, what cross-validation said of every measure and term, and the versions that took
the pictures' numbers.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from rdface.errors import UsageError
from rdface.files import load_arrays, write_bytes
from rdface.phenotype.fitting import Fitted, Line

Floats = NDArray[np.float64]
SHIPPED: Final = "measured.npz"
BLOCK: Final = 19
"""Rows of weights that share a scale; 8 bits are enough then."""
LEAST_AUC: Final = 0.65
"""Cross-validated AUC below which nothing is said of a term."""
LEAST_R: Final = 0.2
"""Cross-validated correlation with the truth below which a measure is not seen."""


@dataclass(frozen=True, eq=False)
class MeasuredModel:
    """Both steps, and what is known of them.

    Attributes:
        fitted: The two steps.
        measures: Names of the M measures.
        r: ``[M]``, cross-validated correlation of what the ruler says with the truth.
        line: ``[M, 2]``, offset and slope of the truth on what the ruler says, cross-validated.
        terms: HPO ids, T.
        auc: ``[T]``, cross-validated.
        rate: ``[T]``, share of the patients who were fitted with the term.
        assessable: ``[T]``, whether anything may be said of the term.
        present: Probability from which on a term is called present.
        excluded: Probability below which a term is called absent, as a share of its rate.
        about: Who was fitted, by what.
    """

    fitted: Fitted
    measures: tuple[str, ...]
    r: Floats
    line: Floats
    terms: tuple[str, ...]
    auc: Floats
    rate: Floats
    assessable: NDArray[np.bool_]
    present: float
    excluded: float
    about: dict[str, Any] = field(default_factory=dict)

    def measure(self, x: Floats) -> Floats:
        """Measures ``[N, M]`` in SD, as the ruler says them."""
        return self.fitted.ruler(x)

    def log_odds(self, measured: Floats) -> tuple[Floats, Floats]:
        """Log-odds of terms ``[N, T]``, and each measure's part in them ``[N, M, T]``."""
        standard = (measured - self.fitted.centre) / self.fitted.spread
        parts = standard[:, :, None] * self.fitted.terms.weights[None]
        return np.asarray(parts.sum(axis=1) + self.fitted.terms.offset), parts

    def probabilities(self, measured: Floats) -> Floats:
        """``[N, T]``."""
        return np.asarray(expit(self.log_odds(measured)[0]))

    def states(self, probabilities: Floats) -> NDArray[np.str_]:
        """``present``, ``excluded``, "" (neither) or ``not assessable``, ``[N, T]``."""
        found = np.select(
            [probabilities >= self.present, probabilities <= self.excluded * self.rate],
            ["present", "excluded"],
            "",
        )
        return np.where(self.assessable, found, "not assessable")


def save_model(model: MeasuredModel, path: Path) -> None:
    """Write a model; :func:`read_model` reads it to the same numbers, but for the rounding."""
    ruler = model.fitted.ruler
    starts = np.arange(0, len(ruler.weights), BLOCK)
    most = np.maximum.reduceat(np.abs(ruler.weights), starts, axis=0)
    scale = (np.maximum(most, 1e-12) / 127).astype(np.float32)
    arrays = {
        "ruler": np.round(ruler.weights / _spread(scale, len(ruler.weights))).astype(np.int8),
        "scale": scale,
        "ruler_offset": ruler.offset.astype(np.float32),
        "centre": model.fitted.centre.astype(np.float32),
        "spread": model.fitted.spread.astype(np.float32),
        "term_weights": model.fitted.terms.weights.astype(np.float32),
        "term_offset": model.fitted.terms.offset.astype(np.float32),
        "r": model.r.astype(np.float32),
        "line": model.line.astype(np.float32),
        "auc": model.auc.astype(np.float32),
        "rate": model.rate.astype(np.float32),
        "assessable": model.assessable,
        "limits": np.array([model.present, model.excluded]),
        "measures": np.array(model.measures),
        "terms": np.array(model.terms),
        "about": np.array(json.dumps(model.about, sort_keys=True)),
    }
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    write_bytes(path, stream.getvalue())


def read_model(path: Path) -> MeasuredModel:
    """Read a model that :func:`save_model` wrote.

    Raises:
        UsageError: The file cannot be read, or is no model.
    """
    try:
        it = load_arrays(path)
        ruler = Line(
            it["ruler"].astype(np.float64) * _spread(it["scale"], len(it["ruler"])),
            it["ruler_offset"].astype(np.float64),
        )
        said = Line(it["term_weights"].astype(np.float64), it["term_offset"].astype(np.float64))
        present, excluded = (float(value) for value in it["limits"])
        return MeasuredModel(
            Fitted(ruler, it["centre"].astype(np.float64), it["spread"].astype(np.float64), said),
            tuple(it["measures"].tolist()),
            it["r"].astype(np.float64),
            it["line"].astype(np.float64),
            tuple(it["terms"].tolist()),
            it["auc"].astype(np.float64),
            it["rate"].astype(np.float64),
            it["assessable"].astype(np.bool_),
            present,
            excluded,
            dict(json.loads(str(it["about"]))),
        )
    except (OSError, KeyError, ValueError) as error:
        raise UsageError(
            f"{path} is no model of the describer measured: {error}.",
            hint="python benchmarks/measured_terms.py FOLDER --write makes it.",
        ) from None


def _spread(scale: NDArray[np.float32], n_rows: int) -> Floats:
    """``[D, M]`` from one row a block."""
    return np.repeat(scale.astype(np.float64), BLOCK, axis=0)[:n_rows]


@lru_cache(maxsize=1)
def shipped_model() -> MeasuredModel:
    """The model that comes with rdface."""
    return read_model(Path(str(files("rdface.phenotype"))) / SHIPPED)
