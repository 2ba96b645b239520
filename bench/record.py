"""What a run leaves: the figures, and the plots that are drawn from them."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import plots
from bench.readable import readable
from tools import ROOT


@dataclass(frozen=True)
class Where:
    """The folders of the figures and of the plots."""

    figures: Path
    plots: Path


WHOLE = Where(ROOT / "bench", ROOT / "docs")


def machine() -> dict[str, Any]:
    """What the figures depend on. The load is that of others: it is to be read before the run."""
    return {
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "load before": round(os.getloadavg()[0], 1),
    }


def write(results: dict[str, Any], where: Where) -> None:
    """Writes the figures, draws what they have, and says how the aims stand."""
    where.figures.mkdir(exist_ok=True)
    file = where.figures / "results.json"
    file.write_text(readable(results) + "\n")
    drawn = plots.draw(results, where.plots)
    for line in aims(results):
        print(line)
    print(f"Figures: {file.relative_to(ROOT)}. Plots: {where.plots.relative_to(ROOT)}/{{{','.join(drawn)}}}")


def aims(results: dict[str, Any]) -> list[str]:
    """One line for each aim that was measured: the figure, the aim, and whether it is met."""
    lines = []
    if "delay" in results:
        delay = results["delay"]
        aim = delay["aim"]
        lines += [
            _line("delay after active, p95", delay["p95 seconds"], aim["p95 seconds"], "s"),
            _line("requests in ten minutes", delay["long wait"]["requests"], aim["requests of a long wait"]),
        ]
    if "previews" in results:
        previews = results["previews"]
        lines += [
            _line("preview / bare azure-native", previews["ratio"], previews["aim"]),
            _line("the same, with agents", previews["ratio with agents"], previews["aim"]),
            _line("the same, with first-class agents", previews["ratio with first-class agents"], previews["aim"]),
        ]
    if "many agents" in results:
        many = results["many agents"]
        lines.append(_line("20 first-class agents / one", many["ratio"], many["aim"]))
    if "no-change up" in results:
        requests = results["no-change up"]["requests by plane"]
        lines.append(_line("data-plane requests of a no-change up", requests["data"], 0))
    if "imports" in results:
        lines.append(_line("import / pulumi and azure-native", results["imports"]["ratio"], results["imports"]["aim"]))
    return lines


def _line(what: str, value: float, aim: float, unit: str = "") -> str:
    verdict = "met" if value <= aim else "MISSED"
    return f"  {what:40} {f'{value} {unit}'.strip():>8}   aim {aim}: {verdict}"
