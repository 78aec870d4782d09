"""The cohort's images as a list that can be filtered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rdface.cohort import Cohort, age_in_years, country_name, groups_of
from rdface.pages.confusions import Phenotypes
from rdface.pages.wording import person, picture_mark
from rdface.web.reading.said import Said

UNKNOWN = "unknown"
"""Of a filter: the images of which the cohort does not say it."""


class Choice(Said):
    """One value that a filter can have.

    Attributes:
        value: In the address.
        label: For people.
        n: Images of the cohort that have it.
    """

    value: str
    label: str
    n: int


class Card(Said):
    """One image as the gallery shows it.

    Attributes:
        image_id: Its id.
        patient_id: Whom it shows; of a synthetic image nobody.
        condition: Abbreviation.
        name: Of the condition.
        about: Age and sex in words.
        mark: ``simulated``, ``synthetic`` or ``photograph``: what stands on the picture, too.
    """

    image_id: str
    patient_id: str
    condition: str
    name: str
    about: str
    mark: str

    @property
    def alt(self) -> str:
        """What is to be seen, for those who hear the page."""
        who = f", {self.about}" if self.about else ""
        return f"{self.mark.capitalize()} face{who}; {self.name}"


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Columns of all N images, in the cohort's order, read once.

    Attributes:
        cards: What is shown.
        columns: Filter to its values, ``object [N]``; "" where the cohort does not say.
        ages: Years, ``float [N]``; NaN where not known.
        terms: HPO terms of each image.
        choices: Filter to its values, for forms.
    """

    cards: tuple[Card, ...]
    columns: dict[str, NDArray[np.object_]]
    ages: NDArray[np.float64]
    terms: tuple[frozenset[str], ...]
    choices: dict[str, tuple[Choice, ...]]

    @classmethod
    def of(cls, cohort: Cohort) -> Catalogue:
        """Read a cohort's tables."""
        images = cohort.images
        names = cohort.condition_names
        ages = np.array([age_in_years(age) if age else np.nan for age in images["age"]], np.float64)
        synthetic = images["synthetic_of"].to_numpy(object) != ""
        columns = {
            "condition": images["condition"].to_numpy(object),
            "sex": images["sex"].to_numpy(object),
            "ancestry": groups_of(images, "ancestry"),
            "country": images["country"].to_numpy(object),
            "kind": np.where(synthetic, "synthetic", "original").astype(object),
        }
        terms = tuple(frozenset(filter(None, text.split("|"))) for text in images["hpo_terms"])
        about = zip(
            images["image_id"],
            images["patient_id"],
            columns["condition"],
            columns["sex"],
            ages,
            synthetic,
            strict=True,
        )
        cards = tuple(
            Card(
                image_id=image_id,
                patient_id=patient_id,
                condition=condition,
                name=names[condition],
                about=person(sex, age),
                mark=picture_mark(simulated=cohort.info.simulated, synthetic=made),
            )
            for image_id, patient_id, condition, sex, age, made in about
        )
        kinds = {
            "original": "from the simulator" if cohort.info.simulated else "photographs",
            "synthetic": "synthetic",
        }
        labels = Phenotypes(list(cohort.conditions["facial_hpo"])).labels
        choices = {
            "condition": _choices(columns["condition"], names.__getitem__),
            "sex": _choices(columns["sex"], str),
            "ancestry": _choices(columns["ancestry"], str),
            "country": _choices(columns["country"], country_name),
            "kind": _choices(columns["kind"], kinds.__getitem__),
            "term": _choices(
                (term for each in terms for term in each), lambda term: labels.get(term, term)
            ),
        }
        return cls(cards, columns, ages, terms, choices)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {card.image_id: row for row, card in enumerate(self.cards)}

    def row(self, image_id: str) -> int | None:
        """Place of an image in the cohort; None where it has no such image."""
        return self._rows.get(image_id)

    def card(self, image_id: str) -> Card:
        """The card of an image that is there."""
        return self.cards[self._rows[image_id]]


def _choices(values: Iterable[str], label: Callable[[str], str]) -> tuple[Choice, ...]:
    """By label; what is not known comes last."""
    counts = Counter(values)
    known = [Choice(value=v, label=label(v), n=n) for v, n in counts.items() if v]
    known.sort(key=lambda choice: choice.label.casefold())
    if counts[""]:
        known.append(Choice(value=UNKNOWN, label="not known", n=counts[""]))
    return tuple(known)
