"""Which weights move, and at which rate."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from rdface.backbones.trunk import Trunk
from rdface.errors import UsageError
from rdface.learners.tuning import Recipe
from rdface.learners.tuning.portion import choose_portion

MakeTrunk = Callable[..., Trunk]


def trained(trunk: Trunk) -> set[str]:
    return {name for name, weight in trunk.network.named_parameters() if weight.requires_grad}


def test_all_is_one_group_at_the_full_rate(trunk: MakeTrunk) -> None:
    """As the paper trains."""
    made = trunk()
    portion = choose_portion(made, Recipe())
    assert [group["scale"] for group in portion.groups] == [1.0]
    assert len(portion.groups[0]["params"]) == len(trained(made)) == 8
    assert portion.frozen == []


def test_frozen_blocks_have_no_gradient_and_their_norms_stand_still(trunk: MakeTrunk) -> None:
    """Forward and backward in training mode; nothing of the frozen part is kept for autograd."""
    import torch

    made = trunk()
    portion = choose_portion(made, Recipe(trainable="last-1"))
    assert trained(made) == {"3.weight", "3.bias", "4.weight", "4.bias"}
    before = {name: value.clone() for name, value in made.network.state_dict().items()}
    portion.train(made.network)
    assert [part.training for part in made.network[:5]] == [False, False, True, True, True]
    x = torch.rand(4, 3, 16, 16)
    assert made.network[:3](x).grad_fn is None
    made.network(x).sum().backward()
    assert made.network[0].weight.grad is None
    assert made.network[3].weight.grad is not None
    after = made.network.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved == {"4.running_mean", "4.running_var", "4.num_batches_tracked"}


def test_more_blocks_than_there_are_is_an_error_with_the_number(trunk: MakeTrunk) -> None:
    """All of them can be asked for."""
    assert len(choose_portion(trunk(), Recipe(trainable="last-2")).groups[0]["params"]) == 8
    with pytest.raises(UsageError, match=r"last-9.*than the network has: 2") as caught:
        choose_portion(trunk(), Recipe(trainable="last-9"))
    assert "last-2" in str(caught.value.hint)


def test_each_block_has_the_rate_of_the_next_times_the_decay(trunk: MakeTrunk) -> None:
    """The last one the full rate; bare parameters of the network belong to their block."""
    import torch

    made = trunk()
    made.network.register_parameter("token", torch.nn.Parameter(torch.zeros(3)))
    blocks = (("token",), *made.blocks)
    made = Trunk(made.network, made.dim, made.head, blocks, made.lora)
    portion = choose_portion(made, Recipe(layer_decay=0.5))
    rates = {group["scale"]: len(group["params"]) for group in portion.groups}
    assert rates == {1.0: 4, 0.5: 4, 0.25: 1}


def test_a_parameter_outside_all_blocks_is_a_defect(trunk: MakeTrunk) -> None:
    """Of the trunk; it would be left out in silence."""
    made = trunk()
    made = Trunk(made.network, made.dim, made.head, made.blocks[1:], made.lora)
    with pytest.raises(ValueError, match=r"no block of the trunk holds the parameter 0\.weight"):
        choose_portion(made, Recipe())


def test_adapters_are_all_that_lora_trains_and_begin_as_nothing(trunk: MakeTrunk) -> None:
    """On the named layers alone; the output is that of the untouched network."""
    import torch

    made, untouched = trunk(), trunk()
    portion = choose_portion(made, Recipe(trainable="lora", lora_rank=2, layer_decay=0.5))
    names = trained(made)
    assert names and all("lora_" in name and name.startswith("3.") for name in names)
    assert [group["scale"] for group in portion.groups] == [1.0]
    portion.train(made.network)
    x = torch.rand(4, 3, 16, 16)
    torch.testing.assert_close(made.network(x), untouched.network.eval()(x))
    assert {2} == {
        weight.shape[0] for name, weight in made.network.named_parameters() if "lora_A" in name
    }


def test_a_name_of_lora_is_a_whole_name(trunk: MakeTrunk) -> None:
    """Adapters on ``1.0`` are not put on ``0.1.0``, too."""
    import torch
    from torch import nn

    network = nn.Sequential(
        nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 4))),
        nn.Sequential(nn.Linear(4, 4)),
    )
    made = Trunk(network, 4, "pooled", (("0",), ("1",)), ("1.0",))
    choose_portion(made, Recipe(trainable="lora"))
    assert {name.split(".lora")[0] for name in trained(made)} == {"1.0"}
    assert network(torch.zeros(1, 4)).shape == (1, 4)


def test_lora_says_what_it_misses(trunk: MakeTrunk, monkeypatch: pytest.MonkeyPatch) -> None:
    """peft, or layers to put adapters on."""
    made = trunk()
    bare = Trunk(made.network, made.dim, made.head, made.blocks, ())
    with pytest.raises(UsageError, match="names no layers"):
        choose_portion(bare, Recipe(trainable="lora"))
    monkeypatch.setitem(sys.modules, "peft", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="needs peft") as caught:
        choose_portion(made, Recipe(trainable="lora"))
    assert "pip install rdface[tune]" in str(caught.value.hint)
