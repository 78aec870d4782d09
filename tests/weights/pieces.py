"""A manifest of small made-up weights, and wheels that hold them."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from rdface.weights.manifest import Package, Tree, Weight, WeightFile, tree_sha256

PACKAGE = Package(name="made-up", version="1.0", file="made_up-1.0.whl", size=1, sha256="0" * 64)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Shelf:
    """Three weights of one package: a file, a pair of files and a tree."""

    wheel: Path
    contents: dict[str, bytes] = field(
        default_factory=lambda: {
            "made_up/one.onnx": b"one" * 1000,
            "made_up/first.bin": b"first",
            "made_up/second.bin": b"second",
            "made_up/data/base.obj": b"v 0 0 0",
            "made_up/data/targets/nose.target": b"1 2 3",
            "made_up/data/other.txt": b"not wanted",
        }
    )

    def write(self, **changes: bytes) -> Path:
        """Write the wheel; ``changes`` replace members by their file's stem."""
        with zipfile.ZipFile(self.wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.contents.items():
                archive.writestr(name, changes.get(Path(name).stem, data))
        return self.wheel

    def weights(self) -> dict[str, Weight]:
        def entry(name: str, **parts: object) -> Weight:
            return Weight(
                name=name,
                kind="backbone",
                summary="s",
                input="i",
                licence="CC0-1.0",
                source="https://example.org",
                package=PACKAGE,
                **parts,  # type: ignore[arg-type]
            )

        def file(path: str) -> WeightFile:
            data = self.contents[f"made_up/{path}"]
            return WeightFile(
                path=path, member=f"made_up/{path}", size=len(data), sha256=digest(data)
            )

        inside = {"base.obj": b"v 0 0 0", "targets/nose.target": b"1 2 3"}
        tree = Tree(
            prefix="made_up/data/",
            include=("base.obj", "targets/**"),
            files=2,
            size=sum(map(len, inside.values())),
            sha256=tree_sha256({path: digest(data) for path, data in inside.items()}),
        )
        return {
            "one": entry("one", files=(file("one.onnx"),)),
            "pair": entry("pair", files=(file("first.bin"), file("second.bin"))),
            "tree": entry("tree", tree=tree),
        }
