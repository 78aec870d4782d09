"""Who is simulated: counts, patients, ages, countries and terms, a pure function of the seed.

Country, sex, age, ancestry, and all that a picture shows beside the face are drawn without a look
at the condition, and country without a look at the ancestry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from rdface.errors import UsageError
from rdface.simulate.conditions import Condition, all_conditions
from rdface.simulate.people.child import ANCESTRIES, Child, View, draw_child, draw_view, stream
from rdface.simulate.traits.catalogue import as_drawn, effects_of, shown
from rdface.simulate.traits.opposites import compatible

MEAN_AGE = 6.36  # years, of the paper's cohort
MOST_IMAGES = 8
SINGLETON_SHARE = 5 / 103
SEVERAL_SHARE = 0.15  # of the patients have two or three images
IDENTITY = 0.35  # strength of what faces differ by without any trait
SEVERITY = 0.8  # mean strength of the traits; 1 moves a trait's own measure by 2.5 SD

_ODDS = {2: 0.05, 3: 0.21, 4: 0.27, 5: 0.22, 6: 0.15, 7: 0.06, 8: 0.04}
_OLDEST = 17.0
_YOUNGEST = 0.4
COUNTRIES = tuple(
    "US GB CN IN BR DE FR IT ES TR JP CA AU NL EG IR KR MX PL SA ZA NG PK ID AR CO TH BE CH SE "
    "PT IL MA TN VN MY PE CL GR DK NO AE BD KE CZ UA".split()
)


@dataclass(frozen=True)
class Shot:
    """One picture of one patient: `severities` of the terms it shows, and terms it cannot show."""

    image_id: str
    patient_id: str
    condition: str
    months: int
    country: str
    severities: Mapping[str, float]
    unshown: tuple[str, ...]
    child: Child
    view: View

    @property
    def terms(self) -> tuple[str, ...]:
        """HPO terms that the picture shows."""
        return tuple(self.severities)

    @property
    def age(self) -> str:
        """Age as an ISO 8601 duration."""
        years, months = divmod(self.months, 12)
        return (
            f"P{years}Y{months}M" if years and months else f"P{years}Y" if years else f"P{months}M"
        )

    @property
    def ancestry(self) -> str:
        """The population whose shape makes up most of the head, or `mixed`.

        MakeHuman names its three shapes african, asian and caucasian; the last is written
        `european` here.
        """
        largest = max(self.child.ancestry)
        name = ANCESTRIES[self.child.ancestry.index(largest)] if largest >= 0.6 else "mixed"
        return {"caucasian": "european"}.get(name, name)


@dataclass(frozen=True)
class Plan:
    """All pictures of a cohort, ordered by condition, patient and age."""

    seed: int
    conditions: tuple[Condition, ...]
    shots: tuple[Shot, ...]
    identity: float
    severity: float


def make_plan(
    images: int,
    conditions: int,
    seed: int,
    *,
    identity: float = IDENTITY,
    severity: float = SEVERITY,
) -> Plan:
    """Draw a cohort.

    Args:
        images: Number of pictures.
        conditions: Number of conditions, chosen from the table by the seed.
        seed: Everything follows from it.
        identity: Strength of the differences between unaffected faces.
        severity: Mean strength of the traits.

    Raises:
        UsageError: These numbers cannot be met.
    """
    chosen = choose_conditions(conditions, seed)
    counts = images_per_condition(images, conditions, stream(seed, "counts"))
    groups = images_per_patient(counts, stream(seed, "patients"))
    return draw_patients(seed, chosen, groups, "", identity, severity)


def draw_patients(
    seed: int,
    chosen: tuple[Condition, ...],
    groups: list[list[int]],
    prefix: str,
    identity: float,
    severity: float,
) -> Plan:
    """Patients of the conditions, with the sizes of their groups; `prefix` names their streams."""
    sizes = [size for group in groups for size in group]
    ages = draw_ages(sizes, stream(seed, f"{prefix}ages"))
    countries = draw_countries(len(sizes), stream(seed, f"{prefix}countries"))
    shots: list[Shot] = []
    number = 0
    for condition, group in zip(chosen, groups, strict=True):
        for _ in group:
            patient = f"{prefix or 'P'}{number + 1:04d}"
            male = bool(stream(seed, patient, "sex").uniform() < 0.5)
            shots += draw_pictures(
                seed,
                patient,
                condition,
                ages[number],
                countries[number],
                male=male,
                identity=identity,
                severity=severity,
            )
            number += 1
    return Plan(seed, chosen, tuple(shots), identity, severity)


def choose_conditions(count: int, seed: int) -> tuple[Condition, ...]:
    """The first `count` conditions in a seeded order, returned in the order of the table."""
    table = all_conditions()
    if not 1 <= count <= len(table):
        raise UsageError(f"{count} conditions asked for; the table has 1 to {len(table)} to give")
    order = stream(seed, "conditions").permutation(len(table))[:count]
    return tuple(table[place] for place in sorted(order))


def images_per_condition(images: int, conditions: int, rng: np.random.Generator) -> list[int]:
    """Counts shaped like the paper's: few conditions with one image, most with 3 to 6.

    Raises:
        UsageError: Fewer images than conditions, or more than MOST_IMAGES for each.
    """
    if images < conditions:
        raise UsageError(
            f"{images} images are too few for {conditions} conditions, one each at least"
        )
    if images > MOST_IMAGES * conditions:
        raise UsageError(
            f"{images} images are too many for {conditions} conditions",
            hint=f"at most {MOST_IMAGES} images per condition: {MOST_IMAGES * conditions}",
        )
    single = max(round(SINGLETON_SHARE * conditions), 2 * conditions - images)
    while single and images - single > MOST_IMAGES * (conditions - single):
        single -= 1
    others = conditions - single
    counts = rng.choice(list(_ODDS), size=others, p=list(_ODDS.values()))
    while (missing := images - single - int(counts.sum())) != 0:
        # Moves stay between 3 and 6 where they can, so that the shape is kept.
        step = int(np.sign(missing))
        free = (counts + step >= 3) & (counts + step <= 6)
        if not free.any():
            free = (counts + step >= 2) & (counts + step <= MOST_IMAGES)
        counts[rng.choice(np.flatnonzero(free))] += step
    together = np.concatenate([counts, np.ones(single, dtype=int)])
    return [int(count) for count in rng.permutation(together)]


def images_per_patient(counts: list[int], rng: np.random.Generator) -> list[list[int]]:
    """Share each condition's images among patients.

    About SEVERAL_SHARE of all patients get two or three images, and only in conditions that keep
    three patients, so that nearly every condition can be tested on a patient never seen.
    """
    groups = [[1] * count for count in counts]
    several = 0
    while several < SEVERAL_SHARE * (sum(map(len, groups)) - 1):
        size = 3 if rng.uniform() < 0.23 else 2
        fit = [g for g in groups if g.count(1) >= size and len(g) - size + 1 >= 3]
        if not fit:
            size = 2
            fit = [g for g in groups if g.count(1) >= 2 and len(g) - 1 >= 3]
        if not fit:
            break
        odds = np.array([len(group) for group in fit], dtype=float)
        group = fit[int(rng.choice(len(fit), p=odds / odds.sum()))]
        for _ in range(size):
            group.remove(1)
        group.append(size)
        several += 1
    return [[int(size) for size in rng.permutation(group)] for group in groups]


def draw_ages(sizes: list[int], rng: np.random.Generator) -> list[list[int]]:
    """Ages in months, one list per patient, up to two years apart within it.

    Stratified draws from a beta distribution between infancy and 17 years, so that the mean over
    the patients is close to MEAN_AGE however few they are.
    """
    share = (MEAN_AGE - _YOUNGEST) / (_OLDEST - _YOUNGEST)
    first = 1.25
    levels = (rng.permutation(len(sizes)) + rng.uniform(size=len(sizes))) / len(sizes)
    middles = _YOUNGEST + (_OLDEST - _YOUNGEST) * betaincinv(first, first / share - first, levels)
    ages = []
    for size, middle in zip(sizes, middles, strict=True):
        spread = np.sort(rng.uniform(-1, 1, size)) if size > 1 else np.zeros(1)
        spread = spread - spread.mean()
        years = np.clip(middle + spread, _YOUNGEST, _OLDEST)
        ages.append([int(months) for months in np.round(years * 12)])
    return ages


def draw_countries(patients: int, rng: np.random.Generator) -> list[str]:
    """One country per patient; every country is there once the patients are enough."""
    odds = 1 / (np.arange(len(COUNTRIES)) + 3.0)
    more = rng.choice(len(COUNTRIES), size=max(0, patients - len(COUNTRIES)), p=odds / odds.sum())
    order: NDArray[np.int64] = np.concatenate([rng.permutation(len(COUNTRIES)), more])[:patients]
    return [COUNTRIES[place] for place in rng.permutation(order)]


def draw_pictures(
    seed: int,
    patient: str,
    condition: Condition,
    months: list[int],
    country: str,
    *,
    male: bool,
    identity: float,
    severity: float,
) -> list[Shot]:
    """All pictures of one patient."""
    drawn = stream(seed, patient, "terms").uniform(size=len(condition.terms))
    luck = zip(condition.terms, drawn, strict=True)
    terms = tuple(term.id for term, value in luck if value < term.probability)
    chances = {term.id: term.probability for term in condition.terms}
    visible = compatible(shown(terms), chances)
    strength = stream(seed, patient, "severity")
    whole = severity * float(np.exp(strength.normal(0, 0.15)))
    drawn_severities = {
        term: round(whole * float(np.exp(strength.normal(0, 0.2))), 4) for term in visible
    }
    severities = as_drawn(drawn_severities)
    effects = effects_of(severities)
    shots = []
    for place, age in enumerate(months, 1):
        image = f"{condition.abbreviation}_{patient}_{place}"
        child = draw_child(
            seed, patient, male=male, years=age / 12, effects=effects, identity_strength=identity
        )
        unshown = tuple(term for term in terms if term not in visible)
        view = draw_view(seed, f"{patient}/{place}", age / 12)
        shots.append(
            Shot(
                image_id=image,
                patient_id=patient,
                condition=condition.abbreviation,
                months=age,
                country=country,
                severities=severities,
                unshown=unshown,
                child=child,
                view=view,
            )
        )
    return shots
