"""Devices and reproducibility."""

from __future__ import annotations

import pytest

from rdface.errors import UsageError
from rdface.learners.tuning.device import (
    choose_device,
    half_type,
    one_thread,
    random_states,
    reproducible,
    restore_random_states,
)


def test_the_best_device_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cuda before mps before cpu; the variable and the argument overrule."""
    import torch

    monkeypatch.delenv("RDFACE_DEVICE", raising=False)
    there = {"cuda": False, "mps": False}
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there["cuda"])
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: there["mps"])
    assert choose_device().type == "cpu"
    there["mps"] = True
    assert choose_device().type == "mps"
    there["cuda"] = True
    assert choose_device().type == "cuda"
    assert choose_device("cuda:1").index == 1
    monkeypatch.setenv("RDFACE_DEVICE", "mps")
    assert choose_device().type == "mps"
    assert choose_device("cpu").type == "cpu"


@pytest.mark.parametrize("name", ["cuda", "mps", "tpu", "meta", "cuda:x"])
def test_a_device_that_is_not_there_is_an_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that torch has, but that cannot train."""
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(UsageError, match="device"):
        choose_device(name)


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="needs torch") as caught:
        choose_device()
    assert "rdface[torch]" in str(caught.value.hint)


def test_half_precision_is_for_cuda_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """bfloat16 where the card can and need not emulate it, else float16; never where not wanted."""
    import torch

    assert half_type(torch.device("cpu")) is None
    assert half_type(torch.device("mps")) is None
    for can, wanted in ((True, torch.bfloat16), (False, torch.float16)):

        def supported(including_emulation: bool = True, can: bool = can) -> bool:
            return can or including_emulation

        monkeypatch.setattr(torch.cuda, "is_bf16_supported", supported)
        assert half_type(torch.device("cuda")) is wanted
        assert half_type(torch.device("cuda"), "full") is None


def test_everything_is_put_back() -> None:
    """Seeds, deterministic algorithms, threads; after an error, too."""
    import torch

    cpu = torch.device("cpu")
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    with pytest.raises(KeyError), one_thread(), reproducible(cpu, 5):
        assert torch.are_deterministic_algorithms_enabled()
        assert torch.get_num_threads() == 1
        first = torch.rand(3)
        states = random_states(cpu)
        second = torch.rand(3)
        restore_random_states(states, cpu)
        assert torch.equal(second, torch.rand(3))
        raise KeyError
    assert torch.equal(before, torch.get_rng_state())
    assert torch.get_num_threads() == threads
    assert not torch.are_deterministic_algorithms_enabled()
    with reproducible(cpu, 5):
        assert torch.equal(first, torch.rand(3))
