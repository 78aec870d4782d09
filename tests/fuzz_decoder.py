"""Mutate pictures and decode them, within bounds of memory and time; a program for test_imaging.

    python tests/fuzz_decoder.py 5000 --seed 0

It prints one line of JSON: how many were opened, refused, the slowest and the peak of memory.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import PIL.Image

from rdface.errors import ImageError
from rdface.imaging import FORMATS, decode_image

MEMORY = 1_500_000_000
"""Bytes of address space; a decoder that wants more fails here."""
SECONDS = 5
"""For one picture; the alarm ends the program."""
MAX_PIXELS = 25_000_000
"""As `Settings.upload_pixels`."""


def seeds(rng: np.random.Generator) -> list[tuple[str, bytes]]:
    """Sound pictures of every format, in several colour modes and codings."""
    noise = rng.integers(0, 256, size=(48, 64, 3), dtype=np.uint8)
    ramp = np.broadcast_to(np.arange(64, dtype=np.uint8)[None, :, None], (48, 64, 3)).copy()
    modes = {"JPEG": ("RGB", "L", "CMYK"), "GIF": ("P", "L"), "WEBP": ("RGB", "RGBA")}
    codings = {
        "JPEG": ({}, {"progressive": True}, {"exif": _exif()}),
        "TIFF": ({}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}),
        "WEBP": ({}, {"lossless": True}),
        "GIF": ({}, {"save_all": True, "append_images": [PIL.Image.fromarray(ramp)]}),
        "PNG": ({}, {"optimize": True}),
        "BMP": ({},),
    }
    found = []
    for kind in FORMATS:
        for pixels in (noise, ramp):
            for mode in modes.get(kind, ("RGB", "L", "RGBA", "P")):
                if kind == "BMP" and mode == "RGBA":
                    continue
                picture = PIL.Image.fromarray(pixels).convert(mode)
                for options in codings[kind]:
                    out = io.BytesIO()
                    picture.save(out, kind, **options)
                    found.append((kind, out.getvalue()))
    return found


def _exif() -> bytes:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "x" * 200
    return exif.tobytes()


def flip_bits(data: bytearray, rng: np.random.Generator) -> None:
    """A few bits anywhere."""
    for _ in range(int(rng.integers(1, 12))):
        data[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))


def spoil_head(data: bytearray, rng: np.random.Generator) -> None:
    """Bytes of the first hundred, where sizes, tables and offsets stand."""
    for _ in range(int(rng.integers(1, 9))):
        data[int(rng.integers(min(len(data), 100)))] = int(rng.choice([0, 1, 127, 128, 254, 255]))


def cut(data: bytearray, rng: np.random.Generator) -> None:
    """The end is missing."""
    del data[int(rng.integers(1, len(data))) :]


def repeat(data: bytearray, rng: np.random.Generator) -> None:
    """A piece stands twice, or often."""
    start = int(rng.integers(len(data)))
    piece = data[start : start + int(rng.integers(1, 64))]
    data[start:start] = piece * int(rng.integers(1, 200))


def drop(data: bytearray, rng: np.random.Generator) -> None:
    """A piece is missing."""
    start = int(rng.integers(len(data)))
    del data[start : start + int(rng.integers(1, 64))]
    data += b"\0"


def big_numbers(data: bytearray, rng: np.random.Generator) -> None:
    """Four bytes become a large number, in either order of bytes."""
    start = int(rng.integers(max(1, min(len(data), 400) - 4)))
    number = int(rng.choice([0x7FFFFFFF, 0xFFFFFFFF, 0x10000, 0xFFFF, 20_000, 4_999]))
    data[start : start + 4] = number.to_bytes(4, "big" if rng.integers(2) else "little")


MUTATIONS: tuple[Callable[[bytearray, np.random.Generator], None], ...] = (
    flip_bits,
    spoil_head,
    cut,
    repeat,
    drop,
    big_numbers,
)


def mutants(n: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many mutated pictures, each by one to three mutations."""
    rng = np.random.default_rng(seed)
    sound = seeds(rng)
    for number in range(n):
        kind, whole = sound[number % len(sound)]
        data = bytearray(whole)
        for _ in range(int(rng.integers(1, 4))):
            MUTATIONS[int(rng.integers(len(MUTATIONS)))](data, rng)
            if not data:
                data += b"\0"
        yield kind, bytes(data)


def main() -> None:
    """Decode them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for kind, data in seeds(np.random.default_rng(asked.seed)):
        decode_image(data, kind, max_pixels=MAX_PIXELS)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told: Counter[str] = Counter()
    slowest = 0.0
    for kind, data in mutants(asked.n, asked.seed):
        signal.alarm(SECONDS)
        started = time.perf_counter()
        with contextlib.redirect_stderr(io.StringIO()):
            try:
                image = decode_image(data, "mutant", max_pixels=MAX_PIXELS)
                assert image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3
                assert image.shape[0] * image.shape[1] <= MAX_PIXELS
                told[f"{kind} opened"] += 1
            except ImageError:
                told[f"{kind} refused"] += 1
        slowest = max(slowest, time.perf_counter() - started)
        signal.alarm(0)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "n": asked.n,
                "opened": sum(n for name, n in told.items() if name.endswith("opened")),
                "refused": sum(n for name, n in told.items() if name.endswith("refused")),
                "by_format": dict(sorted(told.items())),
                "slowest_seconds": round(slowest, 3),
                "megabytes_before": before // 1024,
                "megabytes_peak": after // 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
