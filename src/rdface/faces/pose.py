"""Take place, size and rotation out of a face of 468 points.

The head's own frame is laid through pairs of points that mirror each other (across) and through
the upper and lower arcs of the face's outline (down), so no average face is fitted and nothing can
leak from one picture into another. Size is the centroid size of I. Dryden and K. Mardia,
Statistical Shape Analysis, 2016.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PAIRS = np.array(
    [
        (33, 263),  # outer and inner corners of the eyes
        (133, 362),
        (70, 300),  # brows, outer end to inner end
        (105, 334),
        (107, 336),
        (234, 454),  # temples, cheeks and jaw along the outline
        (127, 356),
        (58, 288),
        (172, 397),
        (136, 365),
        (205, 425),  # middle of the cheeks
        (98, 327),  # sides of the nose
        (61, 291),  # corners of the mouth
    ]
)
"""The subject's right point, then the left one that mirrors it."""
UPPER = (67, 109, 10, 338, 297)
LOWER = (176, 148, 152, 377, 400)
"""The outline over the forehead and under the chin."""


def pose_free(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Take place, size and rotation out of faces.

    Args:
        points: ``[..., 468, 3]``, any unit; x to the right, y down, z away from the viewer.

    Returns:
        ``[..., 468, 3]``: x to the subject's left, y down the face, z to the back of the head;
        centroid at 0, mean squared distance from it 1.
    """
    points = np.asarray(points, np.float64)
    points = points - points.mean(axis=-2, keepdims=True)
    turned = np.einsum("...pi,...ji->...pj", points, head_frame(points))
    size = np.sqrt((turned**2).sum(axis=-1).mean(axis=-1))
    return np.asarray(turned / size[..., None, None], np.float64)


def head_frame(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """The head's own axes in those of the picture.

    Args:
        points: As for :func:`pose_free`.

    Returns:
        ``[..., 3, 3]``: unit vectors to the subject's left, down the face, to the back of the head.
    """
    points = np.asarray(points, np.float64)
    pairs = points[..., PAIRS[:, 1], :] - points[..., PAIRS[:, 0], :]
    across = _unit(pairs.mean(axis=-2))
    down = points[..., LOWER, :].mean(axis=-2) - points[..., UPPER, :].mean(axis=-2)
    down = _unit(down - across * (down * across).sum(axis=-1, keepdims=True))
    return np.stack([across, down, np.cross(across, down)], axis=-2)


def head_pose(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Where the camera stands, as far as the points know.

    Their depth is a network's guess from one picture, and the frame is laid through the outline, so
    the pitch of two faces that look straight ahead differs by some degrees with their shape.

    Args:
        points: As for :func:`pose_free`.

    Returns:
        ``[..., 2]`` degrees: yaw (positive: on the subject's left) and pitch (positive: above).
    """
    sight = head_frame(points)[..., 2]  # the way from the camera to the head, in the head's frame
    yaw = np.degrees(np.arctan2(-sight[..., 0], sight[..., 2]))
    return np.stack([yaw, np.degrees(np.arcsin(np.clip(sight[..., 1], -1, 1)))], axis=-1)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True))
