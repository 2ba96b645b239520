"""Search by words: enough to find a passage in a few uploaded texts, without a model."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_PASSAGE = 1000
"""Characters of a passage, unless a single paragraph is longer."""


@dataclass(frozen=True)
class Passage:
    file_id: str
    filename: str
    text: str


@dataclass(frozen=True)
class Found:
    passage: Passage
    score: float
    """Between 0 and 1: the share of the query's words that the passage has, rare words counting more."""


def passages(file_id: str, filename: str, text: str) -> list[Passage]:
    """The text in paragraphs, short ones together."""
    chunks: list[str] = []
    for paragraph in (one.strip() for one in re.split(r"\n\s*\n", text)):
        if chunks and len(chunks[-1]) + len(paragraph) < _PASSAGE:
            chunks[-1] = f"{chunks[-1]}\n\n{paragraph}"
        elif paragraph:
            chunks.append(paragraph)
    return [Passage(file_id, filename, chunk) for chunk in chunks]


def search(query: str, among: Sequence[Passage], limit: int) -> list[Found]:
    """The best ones first; those that have no word of the query are left out."""
    words = _words(query)
    known = [_words(passage.text) for passage in among]
    weights = {word: _rarity(sum(word in one for one in known), len(known)) for word in words}
    total = sum(weights.values()) or 1.0
    found = [
        Found(passage, round(sum(weights[word] for word in words & has) / total, 4))
        for passage, has in zip(among, known, strict=True)
        if words & has
    ]
    return sorted(found, key=lambda one: -one.score)[:limit]


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _rarity(having: int, of: int) -> float:
    return math.log(1 + (of + 1) / (having + 0.5))
