"""The plots in `docs/`, one for each measurement, drawn from the recorded figures alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes  # type: ignore[import-not-found,unused-ignore]
from matplotlib.figure import Figure  # type: ignore[import-not-found,unused-ignore]
from matplotlib.ticker import MaxNLocator  # type: ignore[import-not-found,unused-ignore]

_BLUE, _ORANGE, _GREEN, _GREY, _RED = "#2b6cb0", "#dd8b1f", "#3c8d5a", "#8a8f98", "#b83232"
_COLORS = (_BLUE, _ORANGE, _GREEN, _GREY, _RED, "#7a5ca8")


def draw(results: dict[str, Any], folder: Path) -> list[str]:
    """Draws what was measured; returns the names of the files."""
    folder.mkdir(exist_ok=True)
    drawn = []
    for measurement, (name, plot) in _PLOTS.items():
        if measurement in results:
            file = folder / f"benchmark-{name}.png"
            figure = plot(results[measurement])
            for axes in figure.axes:
                axes.title.set_fontsize(10)
            # Without the version of matplotlib, equal figures give equal files.
            figure.savefig(file, dpi=110, metadata={"Software": None})
            drawn.append(file.name)
    return drawn


def _delay(delay: dict[str, Any]) -> Figure:
    figure, (left, right) = _figure(2, width=9.2)
    percents = [int(percent) for percent in delay["delays by percentile"]]
    seconds = list(delay["delays by percentile"].values())
    left.plot(percents, seconds, marker="o", markersize=4, color=_BLUE)
    for percentile, style in (("p50", "--"), ("p95", "-")):
        value = delay[f"{percentile} seconds"]
        left.axhline(value, color=_ORANGE, linestyle=style, linewidth=1.2, label=f"{percentile} {value:.2f} s")
    aim = delay["aim"]["p95 seconds"]
    left.axhline(aim, color=_GREY, linestyle=":", linewidth=1.2, label=f"aim for p95 {aim:g} s")
    left.set(
        title=f"From active to complete ({delay['agents']} agents)",
        xlabel="percent of the agents",
        ylabel="delay at most (s)",
        ylim=(0, max(aim, *seconds) * 1.35),
    )
    left.legend(loc="upper center", ncols=3, fontsize=8)
    sent = delay["requests of a long wait by minute"]
    right.plot(range(len(sent)), sent, marker="o", markersize=4, color=_BLUE)
    most = delay["aim"]["requests of a long wait"]
    right.axhline(most, color=_GREY, linestyle=":", linewidth=1.2, label=f"aim {most}")
    right.set(
        title=f"Requests of a wait of {delay['long wait']['seconds'] / 60:g} min: {delay['long wait']['requests']}",
        xlabel="time waited (min)",
        ylabel="requests",
        ylim=(0, most * 1.1),
    )
    right.legend(loc="lower right")
    return figure


def _previews(previews: dict[str, Any]) -> Figure:
    title = (
        f"Environment / bare azure-native: {previews['ratio']:.2f} (aim {previews['aim']:.2f}), "
        f"with agents {previews['ratio with agents']:.2f}"
    )
    return _spreads(previews["seconds"], title, "seconds of a preview with no change", "s")


def _imports(imports: dict[str, Any]) -> Figure:
    names = {"base": "pulumi and the same\nparts of azure-native", "foundry_agents": "foundry_agents"}
    seconds = {
        names[name]: {mark: value * 1000 for mark, value in spread.items()}
        for name, spread in imports["seconds"].items()
    }
    title = f"Import: {imports['ratio']:.2f} of its base (aim {imports['aim']:.2f})"
    return _spreads(seconds, title, "milliseconds of an import", "ms")


def _spreads(values: dict[str, dict[str, float]], title: str, xlabel: str, unit: str) -> Figure:
    """Of each the range of the samples, the half in the middle, and the median."""
    figure, (axes,) = _figure(1, height=1.4 + 0.6 * len(values))
    for row, spread in enumerate(values.values()):
        color = _GREY if row == 0 else _BLUE
        middle = spread["median"]
        axes.plot([spread["least"], spread["most"]], [row, row], color=color, linewidth=1.5)
        axes.plot(
            [spread["p25"], spread["p75"]], [row, row], color=color, linewidth=7, alpha=0.6, solid_capstyle="butt"
        )
        axes.plot([middle, middle], [row - 0.28, row + 0.28], color=_ORANGE, linewidth=2)
        shown = f"{middle:.0f} {unit}" if unit == "ms" else f"{middle:.2f} {unit}"
        axes.annotate(shown, (middle, row - 0.33), ha="center", va="bottom", fontsize=8)
    axes.set_yticks(range(len(values)), list(values))
    axes.set(title=title, xlabel=xlabel, xlim=(0, None), ylim=(len(values) - 0.5, -0.7))
    axes.grid(visible=False, axis="y")
    return figure


def _no_change(no_change: dict[str, Any]) -> Figure:
    planes = {"data": "data plane of Foundry", "arm": "Resource Manager", "identity": "tokens"}
    requests = {planes.get(plane, plane): count for plane, count in no_change["requests by plane"].items()}
    figure = _bars(requests, "Requests of `pulumi up` when nothing changed", "requests")
    figure.axes[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def _many_agents(many: dict[str, Any]) -> Figure:
    figure, (axes,) = _figure(1)
    counts = [int(count) for count in many["seconds by agents"]]
    seconds = list(many["seconds by agents"].values())
    every = range(1, max(counts) + 1)
    workers, provisioning = many["workers"], many["provisioning seconds"]
    axes.step(
        every,
        [math.ceil(count / workers) * provisioning for count in every],
        where="mid",
        color=_GREY,
        linewidth=1.2,
        label=f"provisioning alone, {workers} agents at a time",
    )
    axes.plot(counts, seconds, marker="o", color=_BLUE, label="`pulumi up`, dynamic resources")
    of_plugin = list(many["seconds by first-class agents"].values())
    axes.plot(counts, of_plugin, marker="o", color=_ORANGE, label="`pulumi up`, first-class resources")
    for count, taken in [*zip(counts, seconds, strict=True), *zip(counts, of_plugin, strict=True)]:
        axes.annotate(f"{taken:.0f} s", (count, taken), (0, 7), textcoords="offset points", ha="center", fontsize=8)
    axes.set(
        title=f"Creating agents, each provisioned in {provisioning:g} s",
        xlabel="agents",
        ylabel="seconds of `pulumi up`",
        xticks=counts,
        ylim=(0, max(seconds) * 1.18),
    )
    axes.legend(loc="upper left")
    return figure


def _requests(sent: dict[str, Any]) -> Figure:
    requests = sent["requests"]
    title = f"Requests to the service by operation (provisioned in {sent['provisioning seconds']:g} s)"
    return _stacked(requests, title, "requests")


def _operations(operations: dict[str, Any]) -> Figure:
    seconds = {name: operation["seconds"] for name, operation in operations.items()}
    return _bars(seconds, "Operations of the stack `local`, two agents", "seconds")


def _bars(values: dict[str, float], title: str, xlabel: str) -> Figure:
    figure, (axes,) = _figure(1, height=1.3 + 0.36 * len(values))
    bars = axes.barh(list(values), list(values.values()), height=0.6, color=_BLUE)
    axes.bar_label(bars, padding=4, fontsize=8)
    axes.set(title=title, xlabel=xlabel, xlim=(0, max(1, *values.values()) * 1.12))
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    return figure


def _stacked(values: dict[str, dict[str, int]], title: str, xlabel: str) -> Figure:
    figure, (axes,) = _figure(1, height=1.6 + 0.4 * len(values))
    kinds = sorted({kind for counts in values.values() for kind in counts})
    left = [0] * len(values)
    for kind, color in zip(kinds, _COLORS, strict=False):
        counts = [operation.get(kind, 0) for operation in values.values()]
        bars = axes.barh(list(values), counts, left=left, height=0.6, color=color, label=kind)
        labels = [str(count) if count else "" for count in counts]
        axes.bar_label(bars, labels, label_type="center", fontsize=8, color="white")
        left = [before + count for before, count in zip(left, counts, strict=True)]
    axes.set(title=title, xlabel=xlabel)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside lower center", ncols=len(kinds), fontsize=8.5, frameon=False)
    return figure


def _figure(columns: int, *, width: float = 6.8, height: float = 3.5) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    axes = list(figure.subplots(1, columns, squeeze=False)[0])
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
        one.grid(color="#e4e6ea", linewidth=0.8)
        one.set_axisbelow(True)
        one.tick_params(labelsize=8.5)
        one.xaxis.label.set_fontsize(9)
        one.yaxis.label.set_fontsize(9)
    return figure, axes


_PLOTS: dict[str, tuple[str, Callable[[dict[str, Any]], Figure]]] = {
    "operations": ("operations", _operations),
    "delay": ("delay", _delay),
    "previews": ("preview", _previews),
    "no-change up": ("no-change", _no_change),
    "many agents": ("agents", _many_agents),
    "imports": ("import", _imports),
    "requests": ("requests", _requests),
}
"""By measurement: the name of the file, and what draws it."""
