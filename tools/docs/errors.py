"""Writes docs/errors.md from the catalogue of errors."""

from __future__ import annotations

from pathlib import Path

from foundry_agents.lifecycle.errors.catalogue import CATALOGUE, Entry

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"

_HEAD = """# Errors

What `pulumi up` may print, why, and what helps. Each row is produced by the local Azure in
`tests/engine/test_errors.py`. A failed pull (`ImageError`) says more where the deployer may look into the registry:
image or tag absent, not built for linux/amd64, ARM-audience policy off, pull role missing or too new. This page is
made from `components/foundry_agents/lifecycle/errors/catalogue.py` by `make docs`.

| code | from | likely cause | what to do | source |
|---|---|---|---|---|
"""


def text() -> str:
    """The page."""
    return _HEAD + "".join(map(_row, CATALOGUE))


def _row(entry: Entry) -> str:
    code = f"`{entry.code}`" + (f" ({entry.status})" if entry.status else "")
    return f"| {code} | {entry.where} | {entry.cause} | {entry.cure} | {entry.source} |\n"
