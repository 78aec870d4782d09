"""Where the camera stands and what it sees: all from the head without its traits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdface.simulate.hair.grow import Strands
from rdface.simulate.head.fields import Points
from rdface.simulate.head.mesh import HeadMesh
from rdface.simulate.head.shape import Shape
from rdface.simulate.people.child import View


@dataclass(frozen=True)
class Camera:
    """Where the camera stands; from the trait-free head, so that framing tells nothing."""

    origin: Points
    centre: Points
    up: Points
    fov: float
    size: int
    height: float  # of the trait-free head [dm]

    def project(self, points: Points) -> Points:
        """Pixel coordinates (x, y) [n, 2] of points [n, 3]."""
        ahead = self.centre - self.origin
        ahead = ahead / np.linalg.norm(ahead)
        right = np.cross(ahead, self.up)
        right /= np.linalg.norm(right)
        above = np.cross(right, ahead)
        ray = points - self.origin
        focal = 0.5 * self.size / np.tan(np.radians(self.fov) / 2)
        depth = ray @ ahead
        x = 0.5 * self.size + focal * (ray @ right) / depth
        y = 0.5 * self.size - focal * (ray @ above) / depth
        return np.stack([x, y], axis=1)


@dataclass(frozen=True)
class Ellipse:
    """Centre and half axes in pixels; of the trait-free head, hair above the chin included."""

    x: float
    y: float
    rx: float
    ry: float


def frame(mesh: HeadMesh, shape: Shape, view: View, size: int) -> Camera:
    """Point the camera at the trait-free head."""
    rest = mesh.rest_of("skin")
    plain = np.asarray(mesh.parts["skin"].matrix @ shape.plain)
    top = plain[rest[:, 1] > 6.2, 1].max()
    chin = plain[(np.abs(rest[:, 1] - 6.25) < 0.03) & (rest[:, 2] > 1.0), 1].mean()
    eyes = np.asarray(mesh.parts["eyes"].matrix @ shape.plain).mean(0)
    height = float(top - chin)
    yaw, pitch, roll = np.radians((view.yaw, view.pitch, view.roll))
    pivot = np.array([0.0, (top + chin) / 2 - 0.02 * height, eyes[2] - 0.35 * height])
    toward = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
    right = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])
    above = np.cross(toward, right)
    # The picture's upper side leans by the roll in the camera's own plane.
    up = np.cos(roll) * above + np.sin(roll) * right
    centre = pivot + height * (view.shift[0] * right + view.shift[1] * above)
    fov = 2 * np.degrees(np.arctan(0.74 / view.zoom / view.distance))
    return Camera(centre + view.distance * height * toward, centre, up, float(fov), size, height)


def head_ellipse(mesh: HeadMesh, plain: Shape, hair: list[Strands], camera: Camera) -> Ellipse:
    """The ellipse in the picture that bounds a trait-free head with its hair above the chin."""
    rest = mesh.rest_of("skin")
    skin = np.asarray(mesh.parts["skin"].matrix @ plain.plain)[rest[:, 1] > 6.2]
    strands = np.concatenate([strand.plain.reshape(-1, 3) for strand in hair])
    seen = camera.project(np.concatenate([skin, strands[strands[:, 1] > skin[:, 1].min()]]))
    low, high = np.percentile(seen, 0.2, axis=0), np.percentile(seen, 99.8, axis=0)
    (x, y), (rx, ry) = (low + high) / 2, (high - low) / 2
    return Ellipse(round(float(x), 1), round(float(y), 1), round(float(rx), 1), round(float(ry), 1))
