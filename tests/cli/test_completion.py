"""A shell that was given the script completes commands, subcommands and options."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rdface.cli.completion import completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_of_its_own(shell: str) -> None:
    done = CliRunner().invoke(completion, [shell])
    assert f"_RDFACE_COMPLETE={shell}_complete" in done.output


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["rdface", "doc"], "doctor"),
        (["rdface", "cohort", "withd"], "withdraw"),
        (["rdface", "doctor", "--js"], "--json"),
    ],
)
def test_bash_completes(words: list[str], wanted: str, tmp_path: Path) -> None:
    script = tmp_path / "rdface"
    script.write_text(
        f"#!{sys.executable}\nfrom rdface.cli.main import main\nmain()\n", encoding="utf-8"
    )
    script.chmod(0o755)
    asked = (
        'eval "$(rdface completion bash)"\n'
        f"COMP_WORDS=({' '.join(words)}) COMP_CWORD={len(words) - 1}\n"
        '_rdface_completion rdface\necho "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", asked], capture_output=True, text=True, env=os.environ | {"PATH": path}
    )
    assert done.stdout.split() == [wanted], done.stderr
