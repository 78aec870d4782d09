"""The engine ``ray`` on a real cluster of two machines in one, one of which is killed."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rdface.engines import Needs, check_private, make_engine
from rdface.engines.ray import _cannot_begin, _deaths
from rdface.engines.sameness import check_same, what_decides
from rdface.errors import CohortError, RunError, TermsError, UsageError
from tests.engines import work
from tests.engines.conftest import TwoMachines

pytestmark = pytest.mark.slow


def test_results_errors_and_log_records_come_home(
    machines: TwoMachines, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = make_engine("ray", address=machines.address)
    assert dict(engine.run(work.square, range(7), 100)) == {n: 100 + n * n for n in range(7)}
    with pytest.raises(CohortError) as caught:
        list(engine.run(work.complain, [1, 2], None))
    assert caught.value.hint == "look again"
    with pytest.raises(RuntimeError, match="in break_"):
        list(engine.run(work.break_, [1], None))
    with caplog.at_level(logging.INFO, "rdface"):
        list(engine.run(work.say, [4], None))
    assert [record.getMessage() for record in caplog.records] == ["at 4"]
    where, packed = dict(engine.run(work.note, [0], tmp_path / "mine"))[0]
    assert packed and not Path(where).exists(), "nothing stays where the task was done"
    assert not (tmp_path / "mine").exists(), "and nobody writes into the driver's folder"


def test_dying_workers_cost_an_attempt_each(machines: TwoMachines, tmp_path: Path) -> None:
    engine = make_engine("ray", address=machines.address)
    found = dict(engine.run(work.die_once, range(5), None))
    assert found == {0: (0, 0), 1: (1, 0), 2: (2, 0), 3: (3, 1), 4: (4, 0)}
    with pytest.raises(RunError, match="died 2 times"):
        list(engine.run(work.die_always, [0], tmp_path, needs=Needs(attempts=2)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0-0", "0-1"]


def test_what_could_not_be_fetched_is_tried_again_and_what_cannot_begin_is_told() -> None:
    """As Ray hands on what a worker met before it came to the task."""
    import ray

    lost = ray.exceptions.ObjectLostError("a" * 56, None, "")
    for cause, dead in ((lost, True), (ImportError("no rdface"), False)):
        met = ray.exceptions.RayTaskError("_do", "line 1", cause).as_instanceof_cause()
        assert isinstance(met, _deaths(ray)) is dead
        assert isinstance(met, ray.exceptions.RayError)
    assert "no rdface" in _cannot_begin(met).message


def test_threads_are_those_of_a_local_worker(
    machines: TwoMachines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray would say one; another number of threads adds up in another order."""
    engine = make_engine("ray", address=machines.address)
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    for threads, wanted in ((None, "5"), (2, "2")):
        needs = Needs(threads=threads)
        assert list(engine.run(work.variable, [0], "OMP_NUM_THREADS", needs=needs)) == [(0, wanted)]


def test_stopping_frees_the_machines(machines: TwoMachines, tmp_path: Path) -> None:
    """Ctrl-C closes the iteration; and who is killed cannot even do that."""
    engine = make_engine("ray", address=machines.address)
    results = engine.run(work.sleep_after_the_first, range(9), None)
    next(results)
    results.close()  # type: ignore[attr-defined]
    started = time.monotonic()
    assert len(list(engine.run(work.square, range(4), 0))) == 4
    script = tmp_path / "driver.py"
    script.write_text(
        "from rdface.engines import make_engine\n"
        "from tests.engines import work\n"
        f"engine = make_engine('ray', address={machines.address!r})\n"
        "for _ in engine.run(work.sleep_after_the_first, range(9), None): print(_, flush=True)\n"
    )
    driver = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE)
    assert driver.stdout is not None and driver.stdout.readline()
    driver.kill()
    driver.wait()
    assert len(list(engine.run(work.square, range(4), 0))) == 4
    assert time.monotonic() - started < 250, "the sleepers would have slept for ten minutes"


def test_a_machine_that_dies_loses_only_what_it_was_at(machines: TwoMachines) -> None:
    engine = make_engine("ray", address=machines.address)
    found = {}
    for number, where in engine.run(work.device, range(12), None):
        found[number] = where
        if len(found) == 2:
            machines.kill()
    assert sorted(found) == list(range(12))
    machines.add()


def test_other_code_is_refused() -> None:
    wanted = what_decides()
    check_same(wanted)
    with pytest.raises(UsageError, match=r"numpy \S+ for 1\.0"):
        check_same(wanted | {"numpy": "1.0"})


def test_patients_stay_off_a_network_in_the_clear(
    machines: TwoMachines, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine("ray", address=machines.address)
    check_private(engine, simulated=False)  # all of it is this machine
    import ray

    monkeypatch.setattr(ray.util, "get_node_ip_address", lambda: "192.0.2.200")
    check_private(engine, simulated=True)
    with pytest.raises(TermsError, match="unencrypted"):
        check_private(engine, simulated=False)
    monkeypatch.setenv("RAY_USE_TLS", "1")
    check_private(engine, simulated=False)


def test_no_cluster_is_said_in_words() -> None:
    import ray

    ray.shutdown()
    assert "RAY_ADDRESS" not in os.environ
    with pytest.raises(UsageError, match="No Ray cluster answers") as caught:
        list(make_engine("ray", address="127.0.0.1:1").run(work.square, [1], 0))
    assert "ray start --head" in str(caught.value.hint)


def test_a_cluster_that_asks_for_a_token_is_said_in_words(tmp_path: Path) -> None:
    """In a process of its own: Ray reads there whether tokens are wanted."""
    script = (
        "import socket\n"
        "from rdface.engines import make_engine\n"
        "from rdface.errors import UsageError\n"
        "from tests.engines.work import square\n"
        "with socket.create_server(('127.0.0.1', 0)) as open_port:\n"
        "    address = f'127.0.0.1:{open_port.getsockname()[1]}'\n"
        "    try: list(make_engine('ray', address=address).run(square, [1], 0))\n"
        "    except UsageError as error: print(error.message, error.hint)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"RAY_AUTH_MODE": "token", "HOME": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "no authentication token was found" in said.stdout
    assert "RAY_AUTH_MODE=token wants that variable and its token here" in said.stdout
