"""How balanced do released folds stay while a cohort grows, and whom does a new deal move?

    python benchmarks/released_folds.py

Folds are released on the patients of sim103. Then patients join: each new one has a condition
drawn as often as sim103 has patients of it, one in ten a condition that is new (drawn from ten of
them). Four rules by which a newcomer may join, and the deal of `strict` made anew:

- cubed: the rule of rdface (protocols/release/joining.py): lots in favour of folds in which the
  condition had few patients at the release
- linear: the same with fewer lots
- even: every fold is as likely as any other
- emptiest: only folds in which the condition had fewest patients at the release

Printed, as means over the drawings (5 repeats each): patients in the largest fold over those in the
smallest; over conditions with two patients or more, the patients in its fullest fold minus those
in its emptiest, and how many of these conditions lie in one fold and so cannot be tested; and the
share of the patients of the release who are in another test fold than they were. No picture is
read.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import pandas as pd

from rdface.cohort import find_cohort
from rdface.protocols.dealing import deal_patients
from rdface.protocols.release import ReleasedFolds, release_folds
from rdface.protocols.release.joining import joining_fold, weights

GROWTH = (0.1, 0.25, 0.5, 1.0)
Rule = Callable[[tuple[int, ...]], tuple[int, ...]]
RULES: dict[str, Rule] = {
    "cubed": weights,
    "linear": lambda counts: tuple(round(n ** (1 / 3)) for n in weights(counts)),
    "even": lambda counts: (1,) * len(counts),
    "emptiest": lambda counts: tuple(int(n == min(counts)) for n in counts),
}


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drawings", type=int, default=40)
    given = parser.parse_args()
    images = pd.read_csv(find_cohort("sim103") / "images.csv", dtype=str, keep_default_na=False)
    folds = release_folds(images, name="sim103", version="1", cohort_sha256="")
    print("| growth | rule | largest / smallest fold | spread | one fold only | moved |")
    print("|---|---|---|---|---|---|")
    for growth in (0.0, *GROWTH):
        for rule in [*RULES, "dealt anew"]:
            found = np.mean([_grow(folds, growth, rule, n) for n in range(given.drawings)], axis=0)
            sizes, spread, lone, moved = found
            print(
                f"| {growth:.0%} | {rule} | {sizes:.2f} | {spread:.2f} | {lone:.1f} | {moved:.0%} |"
            )


def _grow(folds: ReleasedFolds, growth: float, rule: str, seed: int) -> tuple[float, ...]:
    """Fold sizes, per-condition spread, conditions in one fold, share of old patients moved."""
    rng = np.random.default_rng(seed)
    old = {who: placed.condition for who, placed in folds.patients.items()}
    listed = sorted(old.values())
    new = {
        f"new-{seed}-{n}": f"new-{rng.integers(10)}" if rng.random() < 0.1 else rng.choice(listed)
        for n in range(round(growth * len(old)))
    }
    everybody = old | new
    rows = []
    for repeat in range(folds.repeats):
        where = {who: placed.folds[repeat] for who, placed in folds.patients.items()}
        if rule == "dealt anew":
            patients: dict[str, set[str]] = {}
            for who, condition in everybody.items():
                patients.setdefault(condition, set()).add(who)
            several = {condition: ids for condition, ids in patients.items() if len(ids) > 1}
            dealt = deal_patients(several, folds.n_folds, folds.seed, "strict", repeat)
            moved = np.mean([dealt[who] != where[who] for who in old if who in dealt])
            lone = {condition: ids for condition, ids in patients.items() if len(ids) == 1}
            where |= dealt | deal_patients(lone, folds.n_folds, folds.seed, "alone", repeat)
        else:
            empty = ((0,) * folds.n_folds,) * folds.repeats
            for who, condition in new.items():
                counts = folds.released.get(condition, empty)[repeat]
                where[who] = joining_fold(counts, (seed, repeat, who), lots=RULES[rule])
            moved = 0.0
        rows.append((*_balance(where, everybody, folds.n_folds), moved))
    return tuple(np.mean(rows, axis=0))


def _balance(where: dict[str, int], everybody: dict[str, str], n_folds: int) -> tuple[float, ...]:
    sizes = np.bincount(list(where.values()), minlength=n_folds)
    table: dict[str, list[int]] = {}
    for who, condition in everybody.items():
        table.setdefault(condition, [0] * n_folds)[where[who]] += 1
    several = [counts for counts in table.values() if sum(counts) > 1]
    spread = np.mean([max(counts) - min(counts) for counts in several])
    lone = sum(max(counts) == sum(counts) for counts in several)
    return sizes.max() / sizes.min(), float(spread), float(lone)


if __name__ == "__main__":
    main()
