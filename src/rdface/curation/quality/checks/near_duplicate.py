"""One photograph twice: compressed anew, resized, cut, mirrored, in grey, with a border."""

from __future__ import annotations

from collections.abc import Iterator

from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.finding import Finding, check
from rdface.curation.quality.wording import whose


@check(
    "near-duplicate",
    "One photograph, changed",
    group="copies",
    about="Pairs that a perceptual hash of the picture or of its face, plain or mirrored, or the"
    " face embedding brings together; kept where one face, laid finely on the other, agrees with"
    " it. A cut through the face, or a strong blur, may hide a copy.",
    source="Zauner 2010 (perceptual hashes); Evangelidis and Psarakis 2008 (alignment)",
)
def near_duplicate(seen: Evidence) -> Iterator[Finding]:
    """Yield each pair of pictures that agree once aligned."""
    limit = seen.thresholds.agreement
    for pair in seen.same_pictures:
        if pair.how in ("aligned", "mirrored"):
            mirror = " once one of them is mirrored" if pair.how == "mirrored" else ""
            yield Finding(
                "near-duplicate",
                (seen.ids[pair.first], seen.ids[pair.second]),
                pair.score,
                limit,
                f"The faces agree{mirror}: correlation {pair.score:.3f}"
                f"{whose(seen, pair.first, pair.second)}.",
                pair.score,
            )
