"""The same file, or the same pixels in another file."""

from __future__ import annotations

from collections.abc import Iterator

from rdface.curation.quality.evidence import EQUAL, Evidence
from rdface.curation.quality.finding import Finding, check
from rdface.curation.quality.wording import whose


@check(
    "exact-duplicate",
    "The same picture twice",
    group="copies",
    about="Equal files by SHA-256, or equal decoded pixels in files that differ: another format, or"
    " other metadata.",
    source="FIPS 180-4, Secure Hash Standard, 2015",
)
def exact_duplicate(seen: Evidence) -> Iterator[Finding]:
    """Yield a pair for each repetition of a picture, with its first occurrence."""
    for pair in seen.same_pictures:
        if pair.how in EQUAL:
            said = (
                "The files are equal" if pair.how == "file" else "The files differ, no pixel does"
            )
            yield Finding(
                "exact-duplicate",
                (seen.ids[pair.first], seen.ids[pair.second]),
                1.0,
                1.0,
                f"{said}{whose(seen, pair.first, pair.second)}.",
                1.0
                + (seen.column("patient_id")[pair.first] != seen.column("patient_id")[pair.second]),
            )
