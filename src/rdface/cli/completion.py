"""``rdface completion``: what makes a shell complete commands, options and names."""

from __future__ import annotations

import click

_FILES = {
    "bash": "~/.bashrc",
    "zsh": "~/.zshrc (below `autoload -U compinit && compinit`)",
    "fish": "~/.config/fish/completions/rdface.fish",
}


@click.command(
    epilog="Put the output into "
    + "; ".join(f"{file} for {shell}" for shell, file in _FILES.items())
    + "."
)
@click.argument("shell", type=click.Choice(list(_FILES)))
def completion(shell: str) -> None:
    """Print the script that makes SHELL complete commands, options and file names.

    Tried at once: `eval "$(rdface completion bash)"`. Bash has to be 4.4 or newer.
    """
    from click.shell_completion import get_completion_class

    from rdface.cli.main import rdface

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click knows no completion for {shell}.")
    click.echo(kind(rdface, {}, "rdface", "_RDFACE_COMPLETE").source())
