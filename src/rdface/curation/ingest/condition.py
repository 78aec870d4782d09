"""Which condition a row names: by name, OMIM number, Orphanet code and gene, which must agree."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from rdface.curation.ingest.diseases import Disease, catalogue, fits_gene, name_key
from rdface.curation.ingest.normalise.identifiers import normalise_omim, normalise_orpha
from rdface.curation.ingest.normalise.outcome import Candidate, Outcome

_OWN = "own "
_SHOWN = 6


@dataclass(frozen=True)
class Named:
    """What a row says of its condition; empty where it says nothing.

    Attributes:
        name: In words, as it is written.
        omim_id: Normalised.
        orpha_code: Normalised.
        genes: Symbols joined by ``;``, normalised.
    """

    name: str = ""
    omim_id: str = ""
    orpha_code: str = ""
    genes: str = ""

    def __str__(self) -> str:
        return " | ".join(
            part for part in (self.name, self.omim_id, self.orpha_code, self.genes) if part
        )


def find_condition(named: Named) -> Outcome:
    """The key of the one condition that everything in the row agrees on; else a doubt.

    A name counts only where it is exactly a name of the condition, whatever its case and marks;
    similar names are shown as candidates and never taken.
    """
    known = catalogue()
    said: list[str] = []
    found: list[tuple[Disease, ...]] = []
    if named.omim_id:
        disease = known.of_omim(named.omim_id)
        found.append((disease,) if disease else ())
        said.append(_said(named.omim_id, found[-1]))
    if named.orpha_code:
        found.append(known.of_orpha(named.orpha_code))
        said.append(_said(named.orpha_code, found[-1]))
    if named.name:
        found.append(known.of_name(named.name))
        short = known.by_key.get(named.name.casefold())
        if short and (not found[:-1] or (short,) in found[:-1]):
            # An abbreviation is somebody's own: it counts beside a number that says the same.
            if not found[:-1]:
                return _doubt(named, f"{named.name!r} is only an abbreviation", [short])
            found[-1] = (short,)
        said.append(_said(f"the name {named.name!r}", found[-1]))
    if not found:
        return _of_gene_alone(named)
    if "?" in named.name:
        shown = [*(one for each in found for one in each), *known.like(named.name)]
        return _doubt(named, "a question mark stands beside the name", list(dict.fromkeys(shown)))
    common = [one for one in found[0] if all(one in others for others in found[1:])]
    if len(common) != 1:
        union = dict.fromkeys([*common, *(one for each in found for one in each)])
        if named.name:
            union |= dict.fromkeys(known.like(named.name))
        what = "more than one condition: " if common else ""
        return _doubt(named, what + "; ".join(said), list(union))
    (disease,) = common
    strange = [one for one in named.genes.split(";") if one and not fits_gene(disease, one)]
    if strange:
        reason = f"{', '.join(strange)} is not known as a gene of {disease.name}"
        like = known.like(named.name, 3) if named.name else ()
        return _doubt(named, reason, list(dict.fromkeys([disease, *like])))
    return Outcome(disease.key, disease.label)


def _said(what: str, found: tuple[Disease, ...]) -> str:
    if not found:
        return f"{what} is exactly no condition that rdface knows"
    return f"{what} is {' or '.join(one.name for one in found)}"


def _of_gene_alone(named: Named) -> Outcome:
    if not named.genes:
        return Outcome(None, "no condition is named")
    genes = named.genes.split(";")
    found = [one for one in catalogue().diseases if set(genes) & set(one.genes.split(";"))]
    return _doubt(named, "only a gene is named, which may be of several conditions", found)


def _doubt(named: Named, said: str, found: list[Disease]) -> Outcome:
    candidates = tuple(Candidate(one.key, one.label) for one in found[:_SHOWN])
    return Outcome(None, said, candidates, keep=own_key(named) if named.name else None)


def parse_condition(text: str) -> Outcome:
    """What a reviewer may write for a condition: a shipped id, a number, or an exact name."""
    known = catalogue()
    if disease := known.by_key.get(text.casefold()):
        return Outcome(disease.key, disease.label)
    for normalise in (normalise_omim, normalise_orpha):
        number = normalise(text).value
        if number and (number.casefold() in known.by_key or known.of_omim(number)):
            disease = known.by_key.get(number.casefold()) or known.of_omim(number)
            assert disease is not None  # noqa: S101 - narrows the type
            return Outcome(disease.key, disease.label)
    return find_condition(Named(name=text))


def own_key(named: Named) -> str:
    """The key of a condition that no catalogue has, and that a reviewer keeps as it is written."""
    parts = [named.name, named.omim_id, named.orpha_code, named.genes]
    return _OWN + json.dumps(parts, ensure_ascii=False)


def disease_of(key: str) -> Disease:
    """The condition of a key that :func:`find_condition`, a reviewer or ``keep`` gave."""
    if key.startswith(_OWN):
        name, omim_id, orpha_code, genes = json.loads(key.removeprefix(_OWN))
        return Disease(name, omim_id, orpha_code, genes)
    return catalogue().by_key[key.casefold()]


def condition_id(key: str) -> str:
    """The id in the cohort: that of the shipped cohorts, the number, or the name made plain."""
    if key.startswith(_OWN):
        return "own-" + re.sub(r"[^a-z0-9]+", "-", name_key(disease_of(key).name)).strip("-")
    return key.replace(":", "-")
