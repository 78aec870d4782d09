"""One photograph: pose, expression, light, clothes, background, camera and film."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rdface.simulate.people.draws import one_of, stream, uniform
from rdface.simulate.photo.backdrop import draw_backdrop
from rdface.simulate.photo.clothes import Clothes, draw_clothes
from rdface.simulate.photo.expression import draw_expression
from rdface.simulate.photo.film import Film, draw_film


@dataclass(frozen=True)
class View:
    """One photograph. Angles in degrees; nothing of the child but that an infant wears a bib.

    Attributes:
        distance: Of the camera, in head heights; the framing is the same at every distance.
        mood: The expression's name.
        expression: MakeHuman targets of the expression.
        light: What the lamp and the light from all around imitate.
        light_azimuth: Of the lamp, from the camera's side.
        lamp: Half the lamp's side in head heights, as it looks from four of them away.
        key: The lamp's radiance, were `lamp` 1: a smaller one is as much brighter.
        ambient: Radiance from all around.
        warmth: Of the lamp; what comes from around is as much cooler.
        grain: Photon noise of the exposure.
    """

    yaw: float
    pitch: float
    roll: float
    zoom: float
    shift: tuple[float, float]
    distance: float
    mood: str
    expression: Mapping[str, float]
    gaze: tuple[float, float]
    light: str
    light_azimuth: float
    light_elevation: float
    lamp: float
    key: float
    ambient: float
    warmth: float
    exposure: float
    clothes: Clothes
    backdrop: str
    grain: float
    film: Film
    seed: int

    @property
    def quality(self) -> int:
        """JPEG quality of the file."""
        return self.film.quality


LIGHTS = {"room": 0.30, "window": 0.25, "flash": 0.18, "overcast": 0.15, "lamp": 0.12}
_FIELDS = ("light_azimuth", "light_elevation", "lamp", "key", "ambient", "warmth")


# Of each kind: azimuth, elevation, lamp, key, ambient, warmth.
_RANGES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    kind: dict(zip(_FIELDS, ranges, strict=True))
    for kind, ranges in {
        "room": ((-55, 55), (15, 50), (0.8, 1.4), (5.0, 8.0), (0.28, 0.45), (-0.05, 0.08)),
        "window": ((25, 70), (5, 35), (1.3, 2.0), (6.0, 9.0), (0.25, 0.42), (-0.10, 0.02)),
        "flash": ((-6, 6), (4, 14), (0.14, 0.30), (6.0, 9.0), (0.14, 0.28), (-0.03, 0.04)),
        "overcast": ((-40, 40), (40, 70), (1.8, 2.6), (2.5, 4.5), (0.45, 0.70), (-0.08, 0.0)),
        "lamp": ((-45, 45), (25, 50), (0.4, 0.8), (4.5, 7.0), (0.24, 0.40), (0.08, 0.17)),
    }.items()
}


def draw_light(rng: np.random.Generator) -> tuple[str, dict[str, float]]:
    """Room light, a window, a flash on the camera, an overcast sky, or a warm lamp indoors."""
    kind = one_of(rng, LIGHTS)
    values = {name: uniform(rng, low, high) for name, (low, high) in _RANGES[kind].items()}
    if rng.uniform() < 0.5:
        values["light_azimuth"] *= -1
    return kind, values


def draw_view(seed: int, image: str, years: float = 6.0) -> View:
    """Draw the circumstances of one photograph of a child of this age."""
    rng = stream(seed, image, "view")
    yaw = float(np.clip(rng.normal(0, 11), -30, 30))
    mood, expression = draw_expression(stream(seed, image, "expression"), years)
    light, lamps = draw_light(stream(seed, image, "light"))
    near, far = np.log((4.0, 12.0))
    return View(
        yaw=round(yaw, 3),
        pitch=round(float(np.clip(rng.normal(0, 5), -12, 12)), 3),
        roll=round(float(np.clip(rng.normal(0, 3), -9, 9)), 3),
        zoom=round(float(rng.uniform(0.84, 1.06)), 4),
        shift=(round(float(rng.normal(0, 0.035)), 4), round(float(rng.normal(0, 0.03)), 4)),
        distance=round(float(np.exp(stream(seed, image, "camera").uniform(near, far))), 3),
        mood=mood,
        expression=expression,
        gaze=(round(float(rng.normal(0, 4) - 0.6 * yaw), 3), round(float(rng.normal(0, 2.5)), 3)),
        light=light,
        **lamps,
        exposure=round(float(np.exp(rng.normal(0, 0.14))), 4),
        clothes=draw_clothes(seed, image, years),
        backdrop=draw_backdrop(stream(seed, image, "backdrop")),
        grain=round(float(rng.uniform(0.003, 0.010)), 4),
        film=draw_film(seed, image),
        seed=int(rng.integers(2**31)),
    )
