"""Which runs there are, ranked among those that were tested alike."""

from __future__ import annotations

from collections.abc import Sequence

from rdface.bench import COLUMNS, Metric, Run
from rdface.bench.few_shot import TASK as FEW_SHOT
from rdface.bench.few_shot.answers import ACCURACY
from rdface.bench.gallery import SETTINGS
from rdface.bench.gallery import TASK as GALLERY
from rdface.bench.gallery.measure import name_of
from rdface.errors import UsageError
from rdface.web.holdings import Holdings
from rdface.web.reading.said import Said

GALLERY_COLUMNS = tuple(
    name_of(setting, measure) for setting in SETTINGS for measure in ("top1_macro", "mrr_macro")
)


class Entry(Said):
    """One run.

    Attributes:
        run: Its folder below that of all runs: how it is asked for.
        backbone: Name, or names joined by ``+``.
        learner: Name.
        metrics: Those of the board's columns that it has.
        seconds: Wall time, embeddings apart.
    """

    run: str
    backbone: str
    learner: str
    metrics: dict[str, Metric]
    seconds: float


class Board(Said):
    """Runs that answered the same questions: one task, one split.

    Attributes:
        key: Names the board: the first digits of its split's hash.
        task: What was asked.
        protocol: Its name and options.
        split_sha256: Hash of all folds.
        unknown_patients: What counts as a patient where patients are not known.
        tolerated_leaks: Kind of leak that the protocol allows to how many.
        quirks: Flaws of the paper that a run of it has on purpose.
        n: Images, the most that a metric of it rests on.
        n_patients: Patients, likewise.
        columns: Metrics, in order.
        by: The metric that ranks.
        entries: Best first.
        chance: Metric to what a random order gives.
        comparable: Whether two runs of it can be compared in pairs.
    """

    key: str
    task: str
    protocol: dict[str, object]
    split_sha256: str
    unknown_patients: str
    tolerated_leaks: dict[str, int]
    quirks: tuple[str, ...]
    n: int
    n_patients: int
    columns: tuple[str, ...]
    by: str
    entries: tuple[Entry, ...]
    chance: dict[str, float]
    comparable: bool


def read_boards(holdings: Holdings, by: str = "") -> tuple[Board, ...]:
    """Every board, the one with most runs first.

    Args:
        holdings: Whose runs.
        by: Metric that ranks where a board has it; else its first.

    Raises:
        UsageError: No board has the metric.
    """
    groups: dict[tuple[str, str], dict[str, Run]] = {}
    for name, run in holdings.named_runs.items():
        groups.setdefault((run.result.task, run.result.split_sha256), {})[name] = run
    boards = [_board(runs, by) for runs in groups.values()]
    known = sorted({column for board in boards for column in board.columns})
    if by and boards and by not in known:
        raise UsageError(f"There is no metric {by!r} here.", hint=f"Known: {', '.join(known)}.")
    return tuple(sorted(boards, key=lambda board: (-len(board.entries), board.key)))


def read_board(holdings: Holdings, key: str) -> Board | None:
    """The board of that key; None if there is none."""
    return next((board for board in read_boards(holdings) if board.key == key), None)


def entry(name: str, run: Run, columns: Sequence[str]) -> Entry:
    """A run with some of its metrics."""
    result = run.result
    return Entry(
        run=name,
        backbone=result.backbone,
        learner=result.learner,
        metrics={one: result.metrics[one] for one in columns if one in result.metrics},
        seconds=result.seconds,
    )


def _board(runs: dict[str, Run], by: str) -> Board:
    results = [run.result for run in runs.values()]
    first = results[0]
    columns = tuple(name for name in _columns(first.task) if name in first.metrics)
    ranked = by if by in columns else columns[0]
    judged = [metric for result in results for metric in result.metrics.values()]
    return Board(
        key=first.split_sha256[:12],
        task=first.task,
        protocol=first.protocol,
        split_sha256=first.split_sha256,
        unknown_patients=first.cohort.unknown_patients,
        tolerated_leaks=first.tolerated_leaks,
        quirks=tuple(dict.fromkeys(quirk for result in results for quirk in result.quirks)),
        n=max(metric.n for metric in judged),
        n_patients=max(metric.n_patients for metric in judged),
        columns=columns,
        by=ranked,
        entries=_ranked([entry(name, run, columns) for name, run in runs.items()], ranked),
        chance={name: first.chance[name] for name in columns if name in first.chance},
        comparable=first.task not in (FEW_SHOT, GALLERY) and len(runs) > 1,
    )


def _columns(task: str) -> tuple[str, ...]:
    return {FEW_SHOT: (ACCURACY,), GALLERY: GALLERY_COLUMNS}.get(task, COLUMNS)


def _ranked(entries: Sequence[Entry], by: str) -> tuple[Entry, ...]:
    """Best first; a run without the metric stands last."""

    def place(one: Entry) -> tuple[float, str]:
        found = one.metrics.get(by)
        if found is None:
            return (float("inf"), one.run)
        return (-found.value if found.higher_is_better else found.value, one.run)

    return tuple(sorted(entries, key=place))
