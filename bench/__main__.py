"""`make bench`: measures everything in one run, into `bench/results.json` and the plots in `docs/`.

Works in a local Azure and with Pulumi states of its own, in `.local/bench`. The figures hold for the machine they
were taken on; the service's own waiting times are those of the local Azure. A short run, one of some
measurements only, and one that fails write to `.local/bench` instead.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time

from bench import record
from bench.place import Place
from foundry_emulator.testing import LocalAzure
from tools import LOCAL
from tools.local import local_azure
from tools.local.pulumi_cli import BIN
from tools.local.step import StepError, exit_with, new_log

_HOME = LOCAL / "bench"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the speed of the local stack.")
    parser.add_argument("--short", action="store_true", help="only look whether everything works")
    parser.add_argument("--only", metavar="MEASUREMENT,…", default="", help="some measurements")
    arguments = parser.parse_args()
    chosen = [name for name in arguments.only.split(",") if name]
    log = new_log("bench")
    shutil.rmtree(_HOME, ignore_errors=True)
    _HOME.mkdir(parents=True)
    # Installed packages are compiled; ours, which are not installed, should be too.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    results: dict[str, object] = {"machine": record.machine()}
    local_azure.enter(_HOME, log)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    where = record.Where(_HOME, _HOME)
    try:
        _measure(Place(_HOME, log, LocalAzure.start(_HOME), arguments.short), chosen, results)
        if not (arguments.short or chosen):
            where = record.WHOLE
    finally:
        local_azure.stop(_HOME, log)
        record.write(results, where)


def _measure(place: Place, chosen: list[str], results: dict[str, object]) -> None:
    """Adds to the results one measurement after the other."""
    # The Azure SDK takes its certificates when it is imported: not before `local_azure.enter`.
    from bench import (  # noqa: PLC0415
        definition_properties,
        delay,
        imports,
        many_agents,
        operations,
        previews,
        requests_sent,
    )

    measurements = {
        "operations": operations.measure,
        "delay": delay.measure,
        "previews": previews.measure,
        "many agents": many_agents.measure,
        "imports": imports.measure,
        "requests": requests_sent.measure,
        "properties of a definition": definition_properties.measure,
    }
    unknown = set(chosen) - set(measurements)
    if unknown:
        raise StepError(f"No measurement {', '.join(sorted(unknown))}. There are: {', '.join(measurements)}.")
    for name, measure in measurements.items():
        if not chosen or name in chosen:
            started = time.monotonic()
            print(f"Measuring: {name}", flush=True)
            found = measure(place)
            results.update(found if name == "operations" else {name: found})
            print(f"  done in {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    exit_with(main)
