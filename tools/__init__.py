"""What looks after this repository: `local` is what the Makefile runs, `docs` makes pages from code."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
