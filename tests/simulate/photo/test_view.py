"""What surrounds a face is drawn without a look at the condition or the ancestry."""

from __future__ import annotations

from dataclasses import asdict, fields

import numpy as np
import pytest

from rdface.simulate.people.accessories import GLASSES_AGE, GLASSES_SHARE, HEADWEAR
from rdface.simulate.people.child import Child, draw_child
from rdface.simulate.people.hairdo import CUTS, TEXTURES
from rdface.simulate.people.plan import make_plan
from rdface.simulate.photo.expression import ODDS, UNIT, draw_expression, lips_part
from rdface.simulate.photo.view import LIGHTS, draw_view

N = 600


def _children(n: int = N, **changes: object) -> list[Child]:
    usual: dict[str, object] = {"male": True, "years": 8.0, "effects": {}, "identity_strength": 0.3}
    return [
        draw_child(2, f"P{number}", **{**usual, **changes})  # type: ignore[arg-type]
        for number in range(n)
    ]


def _close(found: float, share: float, n: int) -> bool:
    return bool(abs(found - share) < 4 * np.sqrt(share * (1 - share) / n))


def test_traits_change_nothing_but_the_effects() -> None:
    """The same patient with other effects has the same hair, glasses, headwear and colours."""
    effects = {"field:cranium_large": 1.0, "brow:sparse": 1.0, "hairline:lift": 0.1}
    for number in range(20):
        one, other = (
            draw_child(4, f"P{number}", male=False, years=5, effects=e, identity_strength=0.35)
            for e in ({}, effects)
        )
        for item in fields(Child):
            if item.name != "effects":
                assert getattr(one, item.name) == getattr(other, item.name)


def test_a_view_is_named_by_patient_and_picture_alone() -> None:
    """Plans of other severity show every patient in the same clothes, light, pose and film."""
    mild, strong = make_plan(40, 10, 5, severity=0.1), make_plan(40, 10, 5, severity=1.5)
    assert [asdict(a.view) for a in mild.shots] == [asdict(b.view) for b in strong.shots]
    assert [a.child.effects for a in mild.shots] != [b.child.effects for b in strong.shots]
    for shot in mild.shots:
        name = f"{shot.patient_id}/{shot.image_id.rsplit('_', 1)[1]}"
        assert shot.view == draw_view(5, name, shot.child.years)


def test_hair_does_not_tell_ancestry() -> None:
    """Cut, texture and colour are as frequent in each ancestry, within chance."""
    children = _children()
    largest = np.array([np.argmax(child.ancestry) for child in children])
    for values in (
        [child.hairdo.cut for child in children],
        [child.hairdo.texture for child in children],
        [child.glasses is None for child in children],
        [sum(child.hair) > 0.2 for child in children],
    ):
        for value in set(values):
            share = float(np.mean([other == value for other in values]))
            for group in range(3):
                own = np.array(values, dtype=object)[largest == group] == value
                assert _close(float(own.mean()), share, len(own))


def test_shares_of_children() -> None:
    """Glasses, headwear, cuts and textures come as often as stated."""
    children = _children()
    assert _close(np.mean([c.glasses is not None for c in children]), GLASSES_SHARE, N)
    assert all(c.glasses is None for c in _children(150, years=GLASSES_AGE - 0.1))
    covered = HEADWEAR["cap"] + HEADWEAR["scarf"]
    assert _close(np.mean([c.headwear is not None for c in children]), covered, N)
    for cut, odds in CUTS.items():
        assert _close(np.mean([c.hairdo.cut == cut for c in children]), odds[0], N)
    for texture, share in TEXTURES.items():
        assert _close(np.mean([c.hairdo.texture == texture for c in children]), share, N)
    assert {c.hairdo.cut for c in _children(20, years=1.0)} == {"down"}


def test_shares_of_views() -> None:
    """Expressions and lights come as often as stated; distances and lamps keep their ranges."""
    views = [draw_view(3, f"P{number}/1", 7.0) for number in range(N)]
    for mood, share in ODDS.items():
        assert _close(np.mean([view.mood == mood for view in views]), share, N)
    for light, share in LIGHTS.items():
        assert _close(np.mean([view.light == light for view in views]), share, N)
    assert all(4 <= view.distance <= 12 for view in views)
    assert not any(view.clothes.bib for view in views)
    infants = [draw_view(3, f"P{number}/1", 1.0) for number in range(60)]
    assert any(view.clothes.bib for view in infants)
    assert any(view.mood == "open mouth" for view in infants)
    assert not any(view.mood == "open mouth" for view in views)


@pytest.mark.parametrize("mood", [*ODDS, "open mouth"])
def test_lips_part_in_some_expressions_only(mood: str) -> None:
    """A neutral, serious or closed smiling mouth hides the teeth; a laugh shows them."""
    found = [
        lips_part(weights)
        for number in range(600)
        for name, weights in [draw_expression(np.random.default_rng(number), 1.0)]
        if name == mood
    ]
    assert found
    if mood in ("laugh", "open mouth"):
        assert min(found) > 0.1
    elif mood not in ("parted lips", "surprised"):
        assert max(found) == 0
    assert lips_part({UNIT + "mouth-open": 0.2}, {UNIT + "mouth-open": 0.1}) == pytest.approx(0.3)
