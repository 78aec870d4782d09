"""Eyeballs per pixel: iris, pupil, white, and the lamp mirrored in a moist cornea."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.head.fields import Points, smoothstep
from rdface.simulate.people.child import Child, View
from rdface.simulate.render.scene import Rendering
from rdface.simulate.render.skin import look_ahead, paint_eyes

_CORNEA = 29.5  # degrees from the line of sight at which the cornea meets the white
_CURVED = 0.54  # the cornea's radius is 7.8 mm, the eyeball's 12: its normals turn so much faster


def eye_colours(picture: Rendering, child: Child, view: View) -> tuple[Points, NDArray[np.float64]]:
    """Albedo [H, W, 3] of the eyeballs and what they mirror [H, W], in units of radiance."""
    on = picture.eyes.share > 0
    albedo = np.zeros((*on.shape, 3))
    mirrored = np.zeros(on.shape)
    if not on.any():
        return albedo, mirrored
    rest = picture.eyes.rest[on]
    albedo[on] = paint_eyes(rest, child, view)
    outward, ahead = look_ahead(rest, child, view)
    angle = np.degrees(np.arccos(np.clip((outward * ahead).sum(1), -1, 1)))
    bulge = smoothstep(_CORNEA + 6, _CORNEA - 4, angle)[:, None]
    normal = outward + bulge * _CURVED * (outward - ahead)
    normal = (normal / np.linalg.norm(normal, axis=1, keepdims=True)) @ picture.axes.T
    middle = picture.toward + np.array([0.0, 0.0, 1.0])
    # Lids and lashes cut off what comes from high above, and a window reaches down to the eyes.
    middle[1] *= 0.75
    middle /= np.linalg.norm(middle)
    lamp = np.exp(-(1 - normal @ middle) / 0.0045)
    sky = smoothstep(-0.1, 0.5, normal[:, 1]) * (0.35 + 0.65 * bulge[:, 0])
    mirrored[on] = 0.16 * view.key * lamp + 0.045 * view.ambient * sky
    return albedo, mirrored
