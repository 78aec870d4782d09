"""The command ``rdface``: its groups, and how errors meet people."""

from __future__ import annotations

import sys

import click

from rdface import __version__
from rdface.cli.lazy import LazyGroup
from rdface.errors import RdfaceError

_COMMANDS = {
    "audit": ("audit", "Audit a pool of synthetic faces: real, varied, true, its own?"),
    "base-model": (
        "base_model",
        "Train the small text-to-image model that DreamBooth can start from.",
    ),
    "bench": ("bench", "Run a benchmark spec; a stopped run goes on where it stopped."),
    "cohort": ("cohort", "Build, check, audit, document, exchange and withdraw from cohorts."),
    "compare": ("compare", "Compare two runs on the same test images."),
    "completion": ("completion", "Print the script that makes a shell complete rdface."),
    "demo": ("demo", "Benchmark the shipped cohort and write a first report."),
    "describe": ("describe", "Describe the faces of a cohort in words and HPO terms."),
    "doctor": ("doctor", "Examine the installation: what is missing, and how to get it."),
    "embed": ("embed", "Embed a cohort of any size, or an export of it, in Parquet."),
    "explain": ("explain", "Explain what a gallery says of one picture."),
    "export": ("export", "Write a trained head with a model card, as model hubs have them."),
    "faces": ("faces", "Find and measure the faces of a cohort or of pictures."),
    "fairness": ("fairness", "Judge a run by sex, age, ancestry and region."),
    "gallery": ("gallery", "File known cases; find the most similar ones to a picture."),
    "leaderboard": ("leaderboard", "Rank the runs below a folder."),
    "phenotype": ("phenotype", "Judge and compare reports in words; write them as Phenopackets."),
    "pieces": ("pieces", "List backbones, learners, generators, describers, protocols and quirks."),
    "report": ("report", "Write report.html from the runs below a folder."),
    "screen": (
        "screen",
        "Score the synthetic images of a pool, and select the ones worth keeping.",
    ),
    "serve": ("serve", "Explore a cohort, its runs and its pools in a browser."),
    "simulate": ("simulate", "Render a cohort of simulated children."),
    "specs": ("specs", "List the specs that come with rdface, or print one."),
    "study": ("study", "Study how wrong a protocol is, and whether synthetic faces help."),
    "synthesize": ("synthesize", "Make, join and show pools of synthetic faces."),
    "track": ("track", "Log finished runs to MLflow or Weights & Biases, offline by default."),
    "users": ("users", "Accounts of the explorer, and its audit log."),
    "weights": ("weights", "List, fetch and find pretrained weights."),
}


@click.group(
    cls=LazyGroup, commands=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="rdface")
def rdface() -> None:
    """Benchmark rare-disease face recognition: fair, leak-proof, offline.

    Research software. It is no medical device and its output is not about any single person.
    """


def main() -> None:
    """Run the command line; errors are printed for people, exit codes are for scripts.

    0 success; 1 a cohort, an image or a check failed; 2 wrong usage; 3 weights; 4 a leak;
    5 the simulator; 6 a run folder; 7 the terms of use forbid it; 130 stopped by the user.
    """
    try:
        rdface.main(standalone_mode=False)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except RdfaceError as error:
        click.secho(f"Error: {error.message}", fg="red", err=True)
        if error.hint:
            click.echo(error.hint, err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nStopped. What was finished is kept; the same command goes on.", err=True)
        sys.exit(130)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "rdface":
            raise
        click.secho(f"Error: This needs {error.name}, which is not installed.", fg="red", err=True)
        click.echo("`rdface doctor` says which extra brings it and how to get that.", err=True)
        sys.exit(2)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.secho(f"Error: {where}{error.strerror or error}", fg="red", err=True)
        click.echo(
            "Is it a place you may write to, with room left? The cache moves with RDFACE_CACHE.",
            err=True,
        )
        sys.exit(1)
