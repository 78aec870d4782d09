"""MTCNN: three small networks in a row, each more careful than the one before.

K. Zhang, Z. Zhang, Z. Li, Y. Qiao: Joint face detection and alignment using multitask cascaded
convolutional networks. IEEE Signal Processing Letters 23(10), 2016. FaceNet was trained on its
boxes. The networks proposed (P), refine (R) and output (O); a picture pyramid makes the first one
see faces of every size. These weights want their pictures with x and y exchanged.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.faces.face import DETECTORS, Face
from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.weights import find, where

Boxes = NDArray[np.float64]
"""``[n, 5]``: x1, y1, x2, y2, score."""

SMALLEST = 24
"""Smallest face looked for, in pixels; 20 in the authors' programme, at more time."""
STEP = 0.709
"""From one level of the pyramid to the next: half the area."""
SCORES = (0.6, 0.7, 0.7)
CELL, STRIDE = 12, 2
MOST = 400
"""Candidates that go on from one network to the next: a bound on time in busy pictures."""
BATCH = 2
"""Cut-outs per run of the refining and the output network, always this many. OpenCV 5.0 calls a
null pointer when a network with a matrix product that first ran on at most 12 rows
(``FAST_GEMM_THIN_MAX_M``) then runs on more. Equal batches also give a cut-out equal bits whatever
stands beside it."""


class Mtcnn:
    """The cascade of the paper on OpenCV's DNN module."""

    name = "mtcnn"

    def __init__(self) -> None:
        import cv2

        folder = where("mtcnn")
        self._nets: list[Any] = [
            cv2.dnn.readNetFromONNX(str(folder / f"{letter}net.onnx"), cv2.dnn.ENGINE_CLASSIC)
            for letter in "pro"
        ]
        self._outputs = [list(net.getUnconnectedOutLayersNames()) for net in self._nets]
        settings = f"{self.name} 2 {find('mtcnn').sha256} {cv2.__version__} {SMALLEST} {SCORES}"
        self.fingerprint = sha256_bytes(settings.encode())

    def detect(self, image: Image) -> list[Face]:
        """Find faces; see :class:`rdface.faces.face.Detector`."""
        boxes, _ = self._judge(1, image, self._propose(image), 24)
        boxes, points = self._judge(2, image, boxes[suppress(boxes, 0.7)], 48)
        kept = suppress(boxes, 0.7, of_smaller=True)
        return [
            Face(
                box=np.array([x1, y1, x2 - x1, y2 - y1], np.float32),
                points=found.astype(np.float32),
                score=float(score),
            )
            for (x1, y1, x2, y2, score), found in zip(boxes[kept], points[kept], strict=True)
        ]

    def _run(self, stage: int, batch: NDArray[np.float32]) -> dict[int, NDArray[np.float32]]:
        """Outputs by their number of channels: 2 face or not, 4 box shifts, 10 points."""
        net = self._nets[stage]
        net.setInput(np.ascontiguousarray(batch.transpose(0, 2, 1, 3)))
        # Copied: what comes back must not change with the next run.
        return {output.shape[-1]: output.copy() for output in net.forward(self._outputs[stage])}

    def _run_in_batches(
        self, stage: int, cuts: NDArray[np.float32]
    ) -> dict[int, NDArray[np.float32]]:
        """As ``_run``, ``BATCH`` rows at a time, the last batch filled up with zeros."""
        full = np.zeros((-(-len(cuts) // BATCH) * BATCH, *cuts.shape[1:]), np.float32)
        full[: len(cuts)] = cuts
        runs = [self._run(stage, full[row : row + BATCH]) for row in range(0, len(full), BATCH)]
        return {key: np.concatenate([run[key] for run in runs])[: len(cuts)] for key in runs[0]}

    def _propose(self, image: Image) -> Boxes:
        """Run the proposal network over the pyramid."""
        import cv2

        height, width = image.shape[:2]
        found: list[Boxes] = []
        scale = CELL / SMALLEST
        while min(height, width) * scale >= CELL:
            size = (int(np.ceil(width * scale)), int(np.ceil(height * scale)))
            small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
            outputs = self._run(0, _scaled(np.asarray(small, np.uint8)[None]))
            # The outputs are [1, x, y, channel].
            score = outputs[2][0, :, :, 1]
            x, y = np.nonzero(score >= SCORES[0])
            corner = np.stack([x, y], axis=1) * STRIDE
            level = np.concatenate(
                [corner / scale, (corner + CELL) / scale, score[x, y, None]], axis=1
            ).astype(np.float64)
            shifts = outputs[4][0, x, y].astype(np.float64)
            kept = suppress(level, 0.5)
            found.append(_shifted(level[kept], shifts[kept]))
            scale *= STEP
        boxes = np.concatenate(found) if found else np.empty((0, 5))
        return boxes[suppress(boxes, 0.7)]

    def _judge(
        self, stage: int, image: Image, boxes: Boxes, side: int
    ) -> tuple[Boxes, NDArray[np.float64]]:
        """Run the refining or the output network on square cut-outs of the boxes."""
        if not len(boxes):
            return np.empty((0, 5)), np.empty((0, 5, 2))
        squares = _squared(boxes)
        cuts = np.stack([_cut(image, square, side) for square in squares])
        outputs = self._run_in_batches(stage, _scaled(cuts))
        score = outputs[2][:, 1].astype(np.float64)
        good = score > SCORES[stage]
        squares = np.concatenate([squares[good, :4], score[good, None]], axis=1)
        moved = _shifted(squares, outputs[4][good].astype(np.float64))
        points = np.zeros((len(squares), 5, 2))
        if 10 in outputs:  # five x, then five y, as parts of the square
            parts = outputs[10][good].astype(np.float64).reshape(-1, 2, 5).transpose(0, 2, 1)
            sides = (squares[:, 2:4] - squares[:, :2])[:, None]
            points = squares[:, None, :2] + parts * sides
        return moved, points


def suppress(boxes: Boxes, overlap: float, *, of_smaller: bool = False) -> NDArray[np.intp]:
    """Keep the best of boxes that overlap by more than ``overlap``.

    Args:
        boxes: ``[n, 5]``.
        overlap: Largest share that is let pass, 0 to 1.
        of_smaller: Count the shared area against the smaller box instead of the union.

    Returns:
        Row numbers, best score first, at most ``MOST``.
    """
    x1, y1, x2, y2, score = boxes.T if len(boxes) else np.empty((5, 0))
    area = np.maximum(x2 - x1, 0) * np.maximum(y2 - y1, 0)
    order = np.argsort(-score, kind="stable")
    kept: list[int] = []
    while len(order) and len(kept) < MOST:
        best, rest = order[0], order[1:]
        kept.append(int(best))
        width = np.minimum(x2[best], x2[rest]) - np.maximum(x1[best], x1[rest])
        height = np.minimum(y2[best], y2[rest]) - np.maximum(y1[best], y1[rest])
        shared = np.maximum(width, 0) * np.maximum(height, 0)
        whole = (
            np.minimum(area[best], area[rest]) if of_smaller else area[best] + area[rest] - shared
        )
        order = rest[shared <= overlap * np.maximum(whole, 1e-9)]
    return np.array(kept, np.intp)


def _scaled(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return ((images.astype(np.float32) - 127.5) / 128.0).astype(np.float32)


def _shifted(boxes: Boxes, shifts: NDArray[np.float64]) -> Boxes:
    """Move each corner by a part of the box's width or height."""
    sides = boxes[:, 2:4] - boxes[:, :2]
    return np.concatenate(
        [boxes[:, :4] + shifts * np.concatenate([sides, sides], axis=1), boxes[:, 4:]], axis=1
    )


def _squared(boxes: Boxes) -> Boxes:
    """Squares on the same centres, as wide as the longer side."""
    centre = (boxes[:, :2] + boxes[:, 2:4]) / 2
    half = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])[:, None] / 2
    return np.concatenate([centre - half, centre + half, boxes[:, 4:]], axis=1)


def _cut(image: Image, square: NDArray[np.float64], side: int) -> Image:
    """Cut a square out, black beyond the picture, and shrink it."""
    import cv2

    x1, y1 = (round(float(value)) for value in square[:2])
    x2, y2 = (
        max(low + 1, round(float(high))) for low, high in zip((x1, y1), square[2:4], strict=True)
    )
    whole = np.zeros((y2 - y1, x2 - x1, 3), np.uint8)
    height, width = image.shape[:2]
    left, top, right, bottom = max(x1, 0), max(y1, 0), min(x2, width), min(y2, height)
    if right > left and bottom > top:
        whole[top - y1 : bottom - y1, left - x1 : right - x1] = image[top:bottom, left:right]
    return np.asarray(cv2.resize(whole, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


@DETECTORS.register("mtcnn")
def mtcnn() -> Mtcnn:
    """The cascade, slower than YuNet."""
    return Mtcnn()
