"""Make the small world map of the report from the npm package ``world-atlas``.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/make_world.py package src/rdface/pages/world.json

The outlines are those of Natural Earth (public domain), packed as TopoJSON by M. Bostock (ISC
licence). Kept are the land at 1:110 million and one point per country: the area centroid of its
largest polygon at 1:50 million. Degrees are written as whole tenths.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pycountry
from numpy.typing import NDArray

Ring = NDArray[np.float64]
"""``[P, 2]`` degrees, (longitude, latitude)."""

SMALLEST_ISLAND = 3.0
"""Square degrees; what is smaller would be less than a pixel."""

SOUTHERN_EDGE = -58.0
"""Antarctica has no patients and would take a fifth of the picture."""

EXTRA = {
    # Territories that 1:50 million leaves out; approximate positions.
    "BV": (3.4, -54.4),
    "CC": (96.8, -12.2),
    "CX": (105.7, -10.5),
    "GF": (-53.1, 3.9),
    "GI": (-5.4, 36.1),
    "GP": (-61.5, 16.2),
    "BQ": (-68.3, 12.2),
    "MQ": (-61.0, 14.6),
    "RE": (55.5, -21.1),
    "SJ": (16.0, 78.5),
    "TK": (-171.8, -9.2),
    "TV": (179.2, -8.5),
    "UM": (-176.5, 0.2),
    "XK": (20.9, 42.6),
    "YT": (45.2, -12.8),
}


def arcs_of(topology: dict[str, Any]) -> list[Ring]:
    """Undo the delta encoding and the quantisation of a TopoJSON file."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    return [np.cumsum(arc, axis=0) * scale + translate for arc in topology["arcs"]]


def rings_of(geometry: dict[str, Any], arcs: list[Ring]) -> Iterator[Ring]:
    """Outer rings of a polygon, multipolygon or collection; holes (lakes) are left out."""
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from rings_of(part, arcs)
        return
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in polygon[0]]
        yield np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def clipped(ring: Ring, sign: int) -> Ring:
    """The part of a ring west (+1) or east (-1) of the 180th meridian, cut straight."""
    kept = []
    for here, there in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        inside, next_inside = (sign * (180 - point[0]) >= 0 for point in (here, there))
        if inside:
            kept.append(here)
        if inside != next_inside:
            kept.append(here + (there - here) * (180 - here[0]) / (there[0] - here[0]))
    return np.array(kept)


def on_one_sheet(ring: Ring) -> Iterator[Ring]:
    """A ring, or the two parts of one that crosses the date line, within -180 to 180 degrees."""
    whole = np.column_stack([np.unwrap(ring[:, 0], period=360), ring[:, 1]])
    whole[:, 0] += 360 if whole[:, 0].min() < -180 else 0
    west, east = clipped(whole, 1), clipped(whole, -1)
    if len(west):
        yield west
    if len(east) > 2:
        yield east - (360, 0)


def area_and_centroid(ring: Ring) -> tuple[float, tuple[float, float]]:
    """Area in square degrees (shrunk by latitude) and centroid, by the shoelace formula."""
    # Rings that cross the date line go on beyond 180 degrees instead of jumping to -180.
    longitude, latitude = np.unwrap(ring[:, 0], period=360), ring[:, 1]
    x, y, u, v = longitude[:-1], latitude[:-1], longitude[1:], latitude[1:]
    cross = x * v - u * y
    signed = cross.sum() / 2
    if signed == 0:
        return 0.0, (float(x.mean()), float(y.mean()))
    centre = ((x + u) @ cross / (6 * signed), (y + v) @ cross / (6 * signed))
    return abs(signed) * float(np.cos(np.radians(centre[1]))), (float(centre[0]), float(centre[1]))


def main(package: Path, out: Path) -> None:
    """Read the unpacked npm package and write the map."""
    coarse = json.loads((package / "land-110m.json").read_text())
    fine = json.loads((package / "countries-50m.json").read_text())
    land = []
    for ring in rings_of(coarse["objects"]["land"], arcs_of(coarse)):
        area, centre = area_and_centroid(ring)
        if area >= SMALLEST_ISLAND and centre[1] > SOUTHERN_EDGE:
            for part in on_one_sheet(ring):
                land.append(np.round(part * 10).astype(int).ravel().tolist())
    arcs = arcs_of(fine)
    countries = {code: [round(lon * 10), round(lat * 10)] for code, (lon, lat) in EXTRA.items()}
    areas: dict[str, float] = {}
    for geometry in fine["objects"]["countries"]["geometries"]:
        country = pycountry.countries.get(numeric=str(geometry.get("id", "")).zfill(3))
        if country is not None and geometry.get("arcs"):
            area, centre = max(area_and_centroid(ring) for ring in rings_of(geometry, arcs))
            if area < areas.get(country.alpha_2, 0.0):
                continue  # Ashmore and Cartier Islands have the number of Australia
            areas[country.alpha_2] = area
            longitude = (centre[0] + 180) % 360 - 180
            countries[country.alpha_2] = [round(longitude * 10), round(centre[1] * 10)]
    missing = sorted({country.alpha_2 for country in pycountry.countries} - set(countries))
    sys.stderr.write(f"{len(land)} coasts, {len(countries)} countries, without: {missing}\n")
    content = {
        "source": "Natural Earth 1:110m and 1:50m (public domain) by world-atlas 2.0.2 (ISC);"
        " scripts/make_world.py",
        "unit": "tenths of a degree, longitude then latitude",
        "land": land,
        "countries": dict(sorted(countries.items())),
    }
    out.write_text(json.dumps(content, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
