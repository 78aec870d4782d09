"""Gene symbols, against those that the Human Phenotype Ontology annotates."""

from __future__ import annotations

import re
from functools import cache

from rdface.curation.ingest.normalise.outcome import Candidate, Outcome
from rdface.phenotype.ontology import ontology

_SPLIT = re.compile(r"[;,|/+]|\band\b|\bund\b", re.IGNORECASE)
_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,14}")
_SHOWN = 3


@cache
def gene_symbols() -> dict[str, str]:
    """Every symbol that the ontology has, by its capitals."""
    ontology()  # says what is missing where hpo3 is not there
    from pyhpo import Ontology

    return {str(gene.name).upper(): str(gene.name) for gene in Ontology.genes}


def normalise_genes(text: str) -> Outcome:
    """Symbols joined by ``;``, all of them known; an older or other name of a gene is a doubt.

    >>> normalise_genes("fgd1").value
    'FGD1'
    """
    known = gene_symbols()
    parts = [part.strip() for part in _SPLIT.split(text) if part.strip()]
    found = [known.get(part.upper()) for part in parts]
    symbols = [symbol for symbol in found if symbol is not None]
    if parts and len(symbols) == len(parts):
        value = ";".join(dict.fromkeys(symbols))
        return Outcome(value, "" if value == text else "gene symbol")
    unknown = [part for part, symbol in zip(parts, found, strict=True) if symbol is None]
    said = f"{', '.join(unknown)}: no gene symbol among the {len(known)} of the ontology"
    as_written = ";".join(part.upper() for part in parts)
    plain = all(_SYMBOL.fullmatch(part) for part in parts)
    return Outcome(None, said, _candidates(text, unknown), keep=as_written if plain else None)


def _candidates(text: str, unknown: list[str]) -> tuple[Candidate, ...]:
    from rapidfuzz import process

    known = gene_symbols()
    # Symbols that stand in the cell first: "FGD1 c.123A>G".
    inside = [known[word.upper()] for word in _SYMBOL.findall(text) if word.upper() in known]
    like = [
        known[name]
        for part in unknown[:1]
        if _SYMBOL.fullmatch(part)
        for name, _, _ in process.extract(part.upper(), list(known), limit=_SHOWN, score_cutoff=70)
    ]
    return tuple(Candidate(symbol) for symbol in list(dict.fromkeys([*inside, *like]))[:_SHOWN])
