"""What the cohort is: how many, who, and on what terms."""

from __future__ import annotations

from collections import Counter

from rdface.cohort import country_name, describe_cohort
from rdface.cohort.subgroups import count_groups
from rdface.cohort.terms import named
from rdface.web.holdings import Holdings
from rdface.web.reading.said import Bar, Said, bars

_COUNTRIES = 10


class Overview(Said):
    """The first page.

    Attributes:
        name: Short name of the cohort.
        version: Its version.
        title: One line for people; the name where there is none.
        sha256: Names this very content.
        licence: Of the cohort.
        simulated: Whether no picture shows a real person.
        unknown_patients: What counts as a patient where patients are not known; else empty.
        terms: Data-use codes with their labels, and what else it forbids.
        ethics: Approvals.
        sources: Where the pictures come from.
        n_images: Images.
        n_synthetic: Those of them that a generator made.
        n_patients: Patients of the others.
        n_conditions: Conditions with an image.
        n_countries: Countries that somebody comes from.
        mean_age: Over images with a known age, years; None where no age is known.
        patients_by_country: ISO 3166 alpha-2 code to patients, for the map.
        countries: The countries with most patients.
        sex: Patients by sex.
        age: Patients by the age at their first picture.
        ancestry: Patients by ancestry.
        images_per_condition: How many conditions have so many images.
        images_per_patient: How many patients have so many images.
        n_runs: Finished runs on this cohort.
        n_reports: Reports in words on its images.
    """

    name: str
    version: str
    title: str
    sha256: str
    licence: str
    simulated: bool
    unknown_patients: str
    terms: tuple[str, ...]
    ethics: tuple[str, ...]
    sources: tuple[str, ...]
    n_images: int
    n_synthetic: int
    n_patients: int
    n_conditions: int
    n_countries: int
    mean_age: float | None
    patients_by_country: dict[str, int]
    countries: tuple[Bar, ...]
    sex: tuple[Bar, ...]
    age: tuple[Bar, ...]
    ancestry: tuple[Bar, ...]
    images_per_condition: tuple[Bar, ...]
    images_per_patient: tuple[Bar, ...]
    n_runs: int
    n_reports: int


def read_overview(holdings: Holdings) -> Overview:
    """Count the cohort."""
    cohort = holdings.cohort
    info, summary = cohort.info, describe_cohort(cohort)
    people = {
        by: {group: count.patients or 0 for group, count in table.row_totals.items()}
        for by, table in count_groups(cohort).items()
    }
    by_country = dict(sorted(people["country"].items(), key=lambda pair: (-pair[1], pair[0])))
    known = {code: n for code, n in by_country.items() if code}
    listed = {country_name(code): n for code, n in list(known.items())[:_COUNTRIES]}
    rest = summary.n_patients - sum(listed.values()) - by_country.get("", 0)
    return Overview(
        name=info.name,
        version=info.version,
        title=info.title or info.name,
        sha256=cohort.sha256,
        licence=info.licence,
        simulated=info.simulated,
        unknown_patients=info.unknown_patients,
        terms=tuple(map(named, info.data_use)) + tuple(f"forbids: {each}" for each in info.forbids),
        ethics=info.ethics,
        sources=info.sources,
        n_images=summary.n_images,
        n_synthetic=summary.n_synthetic,
        n_patients=summary.n_patients,
        n_conditions=summary.n_conditions,
        n_countries=len(known),
        mean_age=summary.mean_age if summary.ages else None,
        patients_by_country=known,
        countries=bars(
            listed
            | ({"other countries": rest} if rest else {})
            | ({"": by_country[""]} if by_country.get("") else {})
        )
        if known
        else (),
        sex=bars(people["sex"]),
        age=bars(people["age"]),
        ancestry=bars(people["ancestry"]),
        images_per_condition=_tally(Counter(summary.images_per_condition.values())),
        images_per_patient=_tally(summary.images_per_patient),
        n_runs=len(holdings.runs),
        n_reports=sum(len(each.reports) for each in holdings.described),
    )


def _tally(counts: dict[int, int]) -> tuple[Bar, ...]:
    return bars({str(size): n for size, n in sorted(counts.items())})
