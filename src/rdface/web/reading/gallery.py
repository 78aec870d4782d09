"""Which images a gallery page shows: filters, as they stand in its address, and pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, ConfigDict, Field

from rdface.errors import UsageError
from rdface.registry import nearest
from rdface.web.reading.catalogue import UNKNOWN, Card, Catalogue, Choice
from rdface.web.reading.said import Said

PAGE = 200
"""Images on one page."""
EQUAL = ("condition", "sex", "ancestry", "country", "kind")
"""Filters that ask for one value of a column."""
LABELS = {
    "condition": "Condition",
    "term": "HPO term",
    "sex": "Sex",
    "age_from": "Age from",
    "age_to": "Age to",
    "ancestry": "Ancestry",
    "country": "Country",
    "kind": "Kind",
}


def _blank(value: object) -> object:
    """A form sends an empty field as an empty text."""
    return None if value == "" else value


Years = Annotated[
    Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)] | None, BeforeValidator(_blank)
]


class Filters(Said):
    """What is asked for; empty is anything, ``unknown`` what the cohort does not say.

    Attributes:
        condition: Abbreviation.
        term: HPO id that the image has.
        sex: As recorded.
        age_from: Years at the image, the first that counts.
        age_to: Years, the last that counts: 3 means up to 3 years and 11 months.
        ancestry: As recorded, case apart.
        country: ISO 3166 alpha-2 code.
        kind: Whether a generator made the image.
        page: From 1.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    condition: str = ""
    term: str = ""
    sex: str = ""
    age_from: Years = None
    age_to: Years = None
    ancestry: str = ""
    country: str = ""
    kind: Literal["", "original", "synthetic"] = ""
    page: int = Field(default=1, ge=1, le=1_000_000)

    @property
    def set(self) -> dict[str, Any]:
        """Filters that ask for something, the page apart."""
        return {
            name: value
            for name, value in self.model_dump(exclude={"page"}).items()
            if value not in ("", None)
        }

    def query(self, **changed: Any) -> str:  # noqa: ANN401 - any filter's type
        """``?condition=AAR&page=2``: these filters with some changed, for a link; "" for none."""
        asked = self.set | ({"page": self.page} if self.page > 1 else {}) | changed
        kept = {
            name: f"{value:g}" if isinstance(value, float) else value
            for name, value in asked.items()
            if value not in ("", None)
        }
        return f"?{urlencode(kept)}" if kept else ""


class Chip(Said):
    """A filter that is set, in words, and the address without it."""

    label: str
    without: str


class GalleryPage(Said):
    """What one page of the gallery shows.

    Attributes:
        cards: Its images.
        n_images: Images that match, on all pages.
        n_patients: Patients on the originals among them.
        n_all: Images of the cohort.
        page: From 1.
        n_pages: At least 1.
        first: Place of the first image shown among those that match, from 1; 0 for none.
        last: Of the last one.
        previous: Query of the page before; None on the first.
        following: Query of the page after; None on the last.
        chips: Filters that are set.
    """

    cards: tuple[Card, ...]
    n_images: int
    n_patients: int
    n_all: int
    page: int
    n_pages: int
    first: int
    last: int
    previous: str | None
    following: str | None
    chips: tuple[Chip, ...]

    @property
    def told_of(self) -> tuple[str, ...]:
        """Images of which it says who is on them."""
        return tuple(card.image_id for card in self.cards)


def read_gallery(catalogue: Catalogue, filters: Filters, size: int = PAGE) -> GalleryPage:
    """Find the images that match.

    Raises:
        UsageError: A filter has a value that no image of the cohort has.
    """
    rows = np.flatnonzero(matching(catalogue, filters))
    n_pages = max(1, -(-len(rows) // size))
    page = min(filters.page, n_pages)
    shown = rows[(page - 1) * size : page * size]
    original = catalogue.columns["kind"] == "original"
    return GalleryPage(
        cards=tuple(catalogue.cards[row] for row in shown),
        n_images=len(rows),
        n_patients=len({catalogue.cards[row].patient_id for row in rows if original[row]}),
        n_all=len(catalogue.cards),
        page=page,
        n_pages=n_pages,
        first=(page - 1) * size + 1 if len(shown) else 0,
        last=(page - 1) * size + len(shown),
        previous=filters.query(page=page - 1 if page > 2 else None) if page > 1 else None,
        following=filters.query(page=page + 1) if page < n_pages else None,
        chips=tuple(
            Chip(
                label=f"{LABELS[name]}: {_words(catalogue, name, value)}",
                without=filters.query(**{name: None, "page": None}),
            )
            for name, value in filters.set.items()
        ),
    )


def matching(catalogue: Catalogue, filters: Filters) -> NDArray[np.bool_]:
    """Which images match, ``bool [N]``.

    Raises:
        UsageError: As :func:`read_gallery`.
    """
    found = np.ones(len(catalogue.cards), dtype=bool)
    for name in EQUAL:
        value = getattr(filters, name)
        if value:
            choice = _choice(catalogue, name, value)
            found &= catalogue.columns[name] == ("" if choice.value == UNKNOWN else choice.value)
    if filters.term:
        term = _choice(catalogue, "term", filters.term).value
        found &= np.array([term in each for each in catalogue.terms], dtype=bool)
    # A comparison with an age that is not known is False.
    if filters.age_from is not None:
        found &= catalogue.ages >= filters.age_from
    if filters.age_to is not None:
        found &= catalogue.ages < filters.age_to + 1
    return found


def _choice(catalogue: Catalogue, name: str, value: str) -> Choice:
    for choice in catalogue.choices[name]:
        if choice.value == value:
            return choice
    known = [choice.value for choice in catalogue.choices[name]]
    if name == "kind":  # a cohort may well have no image of one kind
        return Choice(value=value, label=value, n=0)
    raise UsageError(
        f"No image of the cohort has the {LABELS[name].lower()} {value[:60]!r}.",
        hint=nearest(value, known) or "Choose one from the list.",
    )


def _words(catalogue: Catalogue, name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:g} years"
    return _choice(catalogue, name, str(value)).label
