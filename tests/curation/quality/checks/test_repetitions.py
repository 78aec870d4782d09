"""A picture that stands there three times is told twice, with the first one, and as no other."""

from __future__ import annotations

from tests.curation.quality.world import evidence, found


def test_a_picture_three_times() -> None:
    seen = evidence(24, dim=64)
    seen.looks.rows[1:3] = seen.looks.rows[0]
    seen.embedded[1:3] = seen.embedded[0]
    del seen.__dict__["same_pictures"]
    told = [finding.images for finding in found(seen, "exact-duplicate")]
    assert told == [("i0", "i1"), ("i0", "i2")]
    assert not found(seen, "near-duplicate")
    assert not found(seen, "two-patient-ids")
