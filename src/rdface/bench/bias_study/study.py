"""Run the study: many cohorts, in processes of their own; a stopped study goes on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

import rdface.protocols
import rdface.simulate.people
from rdface.bench.bias_study import trained
from rdface.bench.bias_study.draw import draw_cohort
from rdface.bench.bias_study.fitting_size import check_size
from rdface.bench.bias_study.population import StudyPopulation, read_population
from rdface.bench.bias_study.trial import run_trial
from rdface.bench.environment import deciding_versions
from rdface.bench.study_folder import claim
from rdface.engines import Engine, Here, Local
from rdface.errors import RunError, UsageError
from rdface.files import atomic_path, code_of, sha256_file
from rdface.learners import LEARNERS as LEARNER_REGISTRY
from rdface.learners.tuning import deciding
from rdface.learners.tuning.device_there import device_type_there
from rdface.progress import bar

TRIALS = "trials"
_DECIDING = ("draw", "population", "trained", "trial", "truth", "variants")
LEARNERS = ("prototype", "knn", "lda")


@dataclass(frozen=True)
class StudyPlan:
    """What is run.

    Attributes:
        cohorts: How many are drawn.
        images: Images of each.
        seed: Of the draws.
        learners: On top of each backbone of the population.
        heads: Whether the paper's head is trained too (extra ``torch``).
    """

    cohorts: int = 40
    images: int = 456
    seed: int = 0
    learners: tuple[str, ...] = LEARNERS
    heads: bool = True

    def models(self, population: StudyPopulation) -> tuple[tuple[str, str], ...]:
        """Pairs of backbone and learner.

        Raises:
            UsageError: There is no such learner.
        """
        for name in self.learners:
            LEARNER_REGISTRY.get(name)
        return tuple(product(population.features, self.learners))


def run_study(
    plan: StudyPlan, out: Path, *, folder: Path | None = None, engine: Engine | None = None
) -> pd.DataFrame:
    """Run what is missing, and read everything.

    Args:
        plan: What to run.
        out: A cohort's outcomes are kept here as soon as they are there.
        folder: Of the population; the shipped one if None.
        engine: Where it is done; processes on the cores of this machine if None.

    Returns:
        All outcomes of as many cohorts as were asked for, though more may lie in ``out``; see
        :class:`rdface.bench.bias_study.trial.Outcome`.

    Raises:
        RunError: ``out`` holds another study, or workers die.
    """
    population = read_population(folder)
    models = plan.models(population)
    if plan.cohorts < 2:
        raise UsageError("A study draws two cohorts at least: one alone has no interval.")
    if plan.heads:
        trained.check()
    missing = [number for number in range(plan.cohorts) if _read(_part(out, number)) is None]
    check_size(population.images, plan.images, plan.seed, missing)
    claim(out, _about(plan, population, engine))
    with bar("Cohorts, each under every protocol", plan.cohorts) as advance:
        advance(plan.cohorts - len(missing))
        given = (plan, models, population)
        for number, table in (engine or Local()).run(_do, missing, given):
            with atomic_path(_part(out, missing[number])) as path:
                table.to_parquet(path, index=False)
            advance(1)
    trials = read_trials(out)
    return trials[trials["cohort"] < plan.cohorts].reset_index(drop=True)


def read_trials(out: Path) -> pd.DataFrame:
    """All outcomes of a finished or unfinished study.

    Raises:
        RunError: There is none.
    """
    parts = sorted((out / TRIALS).glob("cohort-*.parquet"))
    tables = [table for table in map(_read, parts) if table is not None]
    if not tables:
        raise RunError(
            f"{out} holds no study.", hint="Make one: rdface study protocol-bias --out FOLDER"
        )
    return pd.concat(tables, ignore_index=True)


def _about(plan: StudyPlan, population: StudyPopulation, engine: Engine | None) -> dict[str, Any]:
    """All that decides a cohort's outcomes; not how many cohorts there are."""
    about: dict[str, Any] = asdict(plan) | {
        "population": population.sha256,
        "backbones": list(population.features),
        "learners": list(plan.learners),
        "code": deciding_versions()
        | code_of(rdface.protocols, rdface.simulate.people)
        | {name: _code(name) for name in _DECIDING},
    }
    about.pop("cohorts")
    if plan.heads:
        about["trainer"] = deciding(trained.RECIPE) | {"device": device_type_there(engine)}
    return about


def _code(module: str) -> str:
    return sha256_file(Path(__file__).with_name(f"{module}.py"))[:16]


def _part(out: Path, number: int) -> Path:
    return out / TRIALS / f"cohort-{number:03d}.parquet"


def _read(path: Path) -> pd.DataFrame | None:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError):
        return None


def _do(
    given: tuple[StudyPlan, tuple[tuple[str, str], ...], StudyPopulation], number: int, here: Here
) -> pd.DataFrame:
    plan, models, population = given
    draw = draw_cohort(population.images, plan.images, plan.seed, number)
    table = run_trial(population, draw, number, models)
    if plan.heads:
        table = pd.concat([table, trained.run_heads(population, draw, number)], ignore_index=True)
    return table
