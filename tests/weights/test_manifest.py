from __future__ import annotations

from pathlib import Path

import pytest

from rdface.errors import UsageError, WeightsError
from rdface.weights import find, manifest
from rdface.weights.manifest import Tree, read_manifest, tree_sha256


def test_every_entry_says_licence_source_and_how_to_get_it() -> None:
    """Nobody has to look elsewhere to know whether a weight may be used."""
    for weight in manifest().values():
        assert weight.licence and weight.source.startswith("https://") and weight.summary
        assert (weight.package is None) != (weight.hub is None)
        assert (weight.size is None) == (weight.hub is not None)


def test_an_unknown_name_shows_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        find("facent")
    assert caught.value.hint is not None and "facenet" in caught.value.hint


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "C:x", "a\\b", ""])
def test_a_path_that_leaves_its_folder_is_refused(tmp_path: Path, path: str) -> None:
    """A manifest can never write outside the cache."""
    entry = (
        "x: {kind: backbone, summary: s, input: i, licence: l, source: s, package: {name: p, "
        f"version: '1', file: f, size: 1, sha256: {'0' * 64}}}, files: [{{path: '{path}', "
        f"member: m, size: 1, sha256: {'0' * 64}}}]}}"
    )
    file = tmp_path / "manifest.yaml"
    file.write_text(entry)
    with pytest.raises(WeightsError):
        read_manifest(file)


@pytest.mark.parametrize("text", ["[1, 2]", "x: {kind: nonsense}", "x: [", "x: 3"])
def test_a_damaged_manifest_is_an_error_and_no_traceback(tmp_path: Path, text: str) -> None:
    file = tmp_path / "manifest.yaml"
    file.write_text(text)
    with pytest.raises(WeightsError):
        read_manifest(file)


def test_a_tree_takes_what_it_includes_and_leaves_what_it_excludes() -> None:
    tree = Tree(
        prefix="a/",
        include=("base.obj", "targets/**"),
        exclude=("targets/_images/**",),
        files=1,
        size=1,
        sha256="0" * 64,
    )
    assert tree.wants("base.obj") and tree.wants("targets/nose/wide.target.gz")
    assert not tree.wants("targets/_images/x.png") and not tree.wants("base_obj")


def test_the_hash_of_a_tree_does_not_depend_on_the_order() -> None:
    pairs = {"b": "1" * 64, "a": "2" * 64}
    assert tree_sha256(pairs) == tree_sha256(dict(reversed(pairs.items())))
    assert tree_sha256(pairs) != tree_sha256({"b": "2" * 64, "a": "1" * 64})
