"""The provider shares its process with the program's other dynamic providers."""

import socket
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from foundry_agents.adapters import engine_watch, plain_errors
from foundry_agents.dynamic import DeployError


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Pulumi's server, as far as it concerns errors."""
    module = ModuleType("__main__")
    exec(
        "import traceback\n"
        "def report(error):\n"
        "    try:\n"
        "        raise error\n"
        "    except Exception:\n"
        "        return traceback.format_exc()\n",
        vars(module),
    )
    monkeypatch.setitem(sys.modules, "__main__", module)
    return module


def test_only_our_errors_lose_their_traceback(server: ModuleType) -> None:
    for _ in range(2):
        plain_errors.report_without_traceback()
    assert server.report(DeployError("no such image")) == "DeployError: no such image\n"
    other = server.report(ValueError("of another provider"))
    assert other.startswith("Traceback (most recent call last):") and other.endswith("of another provider\n")
    assert not hasattr(sys, "tracebacklimit")


def test_pulumis_server_formats_errors_as_this_expects() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import inspect, pulumi.dynamic; print(inspect.getfile(pulumi.dynamic))"],
        capture_output=True,
        text=True,
        check=True,
    )
    text = (Path(done.stdout.strip()).parent / "__main__.py").read_text()
    assert "import traceback\n" in text and "traceback.format_exc()" in text
    assert "except KeyboardInterrupt:\n        server.stop(0)" in text  # what ends the process, see engine_watch


PROGRAM = """
import signal, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from foundry_agents.adapters import engine_watch

signal.signal(signal.SIGINT, signal.default_int_handler)  # also if this test runs in the background

def work():
    time.sleep(3)
    print("done", flush=True)

pool = ThreadPoolExecutor(max_workers=1)
pool.submit(work)
engine_watch._INTERVAL = 0.1
engine_watch.end_with_engine(engine_watch.guard(sys.argv[1:]))
print("started", flush=True)
try:
    threading.Event().wait()
except KeyboardInterrupt:
    pass
"""


def test_the_work_of_another_provider_ends_before_the_process_does() -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, f"127.0.0.1:{engine.getsockname()[1]}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None and process.stdout.readline() == "started\n"
    assert process.communicate(timeout=60)[0] == "done\n"
    assert process.returncode == 0


def test_an_engine_that_does_not_answer_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as engine:
        address = engine.getsockname()
        waiting = [socket.socket() for _ in range(8)]
        try:
            for one in waiting:  # the queue is full: a connection to this engine hangs
                one.setblocking(False)
                one.connect_ex(address)
            check = engine_watch.guard([f"127.0.0.1:{address[1]}"])
            started = time.monotonic()
            check()
            assert time.monotonic() - started < 1
        finally:
            for one in waiting:
                one.close()
