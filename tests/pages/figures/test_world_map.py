"""The map: every country has its place, and the projection is the published one."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import numpy as np
import pycountry
import pytest

from rdface.pages.figures.world_map import equal_earth, world_map


def test_every_country_that_a_cohort_may_name_has_a_place() -> None:
    world = json.loads(files("rdface.pages").joinpath("world.json").read_text())
    codes = {country.alpha_2 for country in pycountry.countries} | {"XK"}
    assert codes <= set(world["countries"])


@pytest.mark.parametrize(
    ("code", "west", "south", "east", "north"),
    [
        ("RU", 60, 50, 130, 70),
        ("US", -110, 30, -85, 45),
        ("FJ", 175, -20, 180, -15),
        ("NZ", 165, -48, 179, -34),
        ("KE", 34, -5, 42, 5),
    ],
)
def test_countries_lie_where_they_are(
    code: str, west: float, south: float, east: float, north: float
) -> None:
    """Those that cross the date line too."""
    world = json.loads(files("rdface.pages").joinpath("world.json").read_text())
    longitude, latitude = (tenths / 10 for tenths in world["countries"][code])
    assert west < longitude < east and south < latitude < north


def test_no_coast_leaps_across_the_map() -> None:
    world = json.loads(files("rdface.pages").joinpath("world.json").read_text())
    for flat in world["land"]:
        steps = np.abs(np.diff(np.array(flat[::2]) / 10))
        assert steps.max() < 60


def test_equal_earth_keeps_areas() -> None:
    """One square degree covers cos(latitude) of its area at the equator."""

    def area(latitude: float) -> float:
        corners = np.array([[30, latitude], [30.1, latitude], [30, latitude + 0.1]])
        a, b, c = equal_earth(corners)
        return abs(float(np.linalg.det(np.array([b - a, c - a]))))

    for latitude in (-60.0, 20.0, 45.0, 75.0):
        assert area(latitude) / area(0.0) == pytest.approx(np.cos(np.radians(latitude)), rel=1e-2)


def test_area_of_a_bubble_is_its_count() -> None:
    drawn = world_map({"DE": 16, "KE": 4, "QQ": 3}, label="x")
    radii = [float(r) for r in re.findall(r' r="([\d.]+)"', drawn)]
    assert len(radii) == 2, "an unknown place is left out"
    assert (radii[0] / radii[1]) ** 2 == pytest.approx(4)
