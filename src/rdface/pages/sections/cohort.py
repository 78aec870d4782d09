"""Who is in the cohort: map, age, sex, ancestry, images per condition and per patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from rdface.cohort import CohortSummary, country_name, describe_cohort
from rdface.pages.evidence import Evidence
from rdface.pages.figures.bars import bars
from rdface.pages.figures.columns import age_histogram, columns
from rdface.pages.figures.world_map import world_map
from rdface.pages.wording import count, listed

_COUNTRIES_LISTED = 10


@dataclass(frozen=True)
class CohortFigures:
    """Drawings of the cohort; a drawing is None where nothing is known to draw.

    Attributes:
        summary: The counts behind them.
        n_countries: Countries that are known.
        world: Map of patients.
        countries: The countries with most patients.
        other_countries: What the list leaves out, in words.
        ages: Images per year of age.
        sex: Patients by sex.
        ancestry: Patients by ancestry.
        per_condition: Conditions by their number of images.
        per_condition_patients: Conditions by their number of patients.
        per_patient: Patients by their number of images.
    """

    summary: CohortSummary
    n_countries: int
    world: Markup | None
    countries: Markup | None
    other_countries: str
    ages: Markup | None
    sex: Markup | None
    ancestry: Markup | None
    per_condition: Markup
    per_condition_patients: Markup
    per_patient: Markup


def draw_cohort(evidence: Evidence) -> CohortFigures:
    """Draw all figures of the cohort."""
    known = describe_cohort(evidence.cohort)
    countries = _sorted({code: n for code, n in known.country.items() if code})
    listed_codes = dict(list(countries.items())[:_COUNTRIES_LISTED])
    left = len(countries) - len(listed_codes)
    elsewhere = sum(countries.values()) - sum(listed_codes.values())
    return CohortFigures(
        summary=known,
        n_countries=len(countries),
        world=world_map(countries, label=_map_label(countries)) if countries else None,
        countries=bars(
            {country_name(code): n for code, n in listed_codes.items()}, total=known.n_patients
        )
        if listed_codes
        else None,
        other_countries=f"and {count(elsewhere, 'patient')} in "
        f"{count(left, 'other country', 'other countries')}"
        if left
        else "",
        ages=age_histogram(
            known.ages,
            label=f"Histogram of age: mean {known.mean_age:.1f} years,"
            f" {min(known.ages):.1f} to {max(known.ages):.1f}",
        )
        if known.ages
        else None,
        sex=_groups(known.sex),
        ancestry=_groups(known.ancestry),
        per_condition=_tally(known.images_per_condition, "Images per condition", "Conditions"),
        per_condition_patients=_tally(
            known.patients_per_condition, "Patients per condition", "Conditions"
        ),
        per_patient=columns(
            known.images_per_patient,
            label=f"Images per patient: {_spoken(known.images_per_patient)}",
            x_title="Images per patient",
            y_title="Patients",
        ),
    )


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    """Most first, ties by name, the unknown last."""
    return dict(sorted(counts.items(), key=lambda pair: (pair[0] == "", -pair[1], pair[0])))


def _groups(counts: Mapping[str, int]) -> Markup | None:
    return bars(_sorted(counts)) if any(counts) else None


def _tally(counts: Mapping[str, int], x_title: str, y_title: str) -> Markup:
    tally = Counter(counts.values())
    return columns(tally, label=f"{x_title}: {_spoken(tally)}", x_title=x_title, y_title=y_title)


def _spoken(tally: Mapping[int, int]) -> str:
    return listed([f"{n} with {key}" for key, n in sorted(tally.items())])


def _map_label(countries: Mapping[str, int]) -> str:
    most = listed([f"{country_name(code)} {n}" for code, n in list(countries.items())[:3]])
    return f"World map of patients in {count(len(countries), 'country', 'countries')}; most: {most}"
