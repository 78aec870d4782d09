"""What is asked for in the metadata is compared with what is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError

import pytest

from rdface.doctor import packages
from rdface.doctor.packages import examine_packages

HERE = {"numpy": "2.1.0", "torch": "2.5.0", "rich": "14.0"}


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace the metadata; the list is what rdface requires."""
    wanted: list[str] = []

    def version(name: str) -> str:
        if name not in HERE:
            raise PackageNotFoundError(name)
        return HERE[name]

    monkeypatch.setattr(packages, "requires", lambda _: wanted)
    monkeypatch.setattr(packages, "version", version)
    monkeypatch.setattr(packages, "_extras", lambda: ["test", "torch", "web"])
    return wanted


def test_a_base_package_that_is_missing_or_too_old_is_wrong(installed: list[str]) -> None:
    installed += ["numpy>=2.2", "rich>=13", "scipy>=1.13", 'winonly; sys_platform == "win32"']
    (base,) = examine_packages()
    assert base.state == "wrong"
    assert base.about == "not here: scipy; of another version: numpy 2.1.0 (wants >=2.2)"


def test_an_extra_that_is_missing_is_absent_and_says_how_to_get_it(installed: list[str]) -> None:
    installed += ["numpy>=2.0", "torch>=2.5; extra == 'torch'", "fastapi>=0.1; extra == 'web'"]
    installed += ["torch>=2.5; extra == 'web'", "pytest; extra == 'test'"]
    base, torch, web = examine_packages()
    assert (base.state, torch.state, web.state) == ("good", "good", "absent")
    assert web.about == "not here: fastapi"
    assert "rdface[web]" in web.mend


def test_a_checkout_that_pip_does_not_know_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(packages, "requires", nothing)
    (found,) = examine_packages()
    assert found.state == "wrong" and "pip install" in found.mend
