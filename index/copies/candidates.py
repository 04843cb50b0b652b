"""Which texts may be copies of which: a join over shared runs of words, in time and memory linear in the corpus.

Prefix filtering as in set-similarity joins (Chaudhuri, Ganti and Kaushik, 2006; Bayardo, Ma and Srikant, 2007): a text
looks up only its rarest runs, for a copy shares those too.

MinHash stands for sets of thousands of runs, and its bands find texts of about equal length. A quotation has some
twenty runs, and a first half has a small Jaccard similarity with the whole: of the pairs that `evaluate.py copies`
plants, 61 % lie below .5 and 26 % below .3. Of these pairs, 3,100 texts, candidates connect all here (11,362 in .03 s);
with MinHash, 128 permutations, 63 % in bands for .5 and 98 % for .3 (rensa 0.5.0: 12,400 in .03 s; datasketch 2.0.0:
.5 s), and all with bands of one permutation, which look up runs as here do, with 2.5 times the candidates.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

PROBES = 8
"""Runs that a text looks up. A cut or an edit breaks a run or two on either side of it, never all of these."""
FULLEST = 4
"""Of the texts that share a run, so many of the longest ones are taken,"""
NEXT = 8
"""and so many of those next longer than the text. Together they bound the work whatever a speaker repeats."""
MOST = 24
"""Candidates of one text, those first that share most of the runs looked up."""

_Hashes = NDArray[np.uint64]
_Places = NDArray[np.int64]
_ODD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def candidates(
    words: NDArray[np.uint32],
    starts: NDArray[np.int64],
    spaces: Sequence[int],
    size: int,
    wanted: Sequence[bool] | None = None,
) -> list[list[int]]:
    """For each text the fuller ones that may hold its words, by their place; most shared runs first.

    Texts come as numbers of their `words` one after another, each from its one of `starts` on, which has one more; the
    fullest first: only earlier ones are given. `spaces`: only texts of the same space are compared. `size`: words in a
    run, 2 or more; a shorter text has none. `wanted`: only pairs with one of these.
    """
    count = len(starts) - 1
    found: list[list[int]] = [[] for _ in range(count)]
    hashes, owners = _runs(words, starts, spaces, size)
    if wanted is not None:
        asked = np.asarray(wanted, bool)
        kept = np.isin(hashes, np.unique(hashes[asked[owners]]))
        hashes, owners = hashes[kept], owners[kept]
    for child, parent in zip(*_pairs(hashes, owners, count), strict=True):
        if (wanted is None or wanted[child] or wanted[parent]) and len(found[child]) < MOST:
            found[child].append(parent)
    return found


def _runs(
    words: NDArray[np.uint32], starts: NDArray[np.int64], spaces: Sequence[int], size: int
) -> tuple[_Hashes, _Places]:
    """Every run of `size` words once a text: its hash, which differs by space, and its text; by hash, then by text."""
    flat = words.astype(np.uint64)
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    if len(flat) < size:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    last = len(flat) - size + 1
    whole = owners[:last] == owners[size - 1 :]
    hashes = _mixed(np.asarray(spaces, np.uint64)[owners[:last]])
    for place in range(size):
        hashes = _mixed(hashes + flat[place : place + last])
    hashes, owners = hashes[whole], owners[:last][whole]
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    once = np.ones(len(hashes), bool)
    once[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    return hashes[once], owners[once]


def _mixed(values: _Hashes) -> _Hashes:
    """A hash of each value that spreads over all bits (splitmix64's constant); it wraps around on purpose."""
    values = (values + np.uint64(1)) * _ODD
    return values ^ (values >> _SHIFT)


def _pairs(hashes: _Hashes, owners: _Places, count: int) -> tuple[list[int], list[int]]:
    """Child and parent of every candidate pair once, by child; those that share most first, then the fullest."""
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[starts, len(hashes)])
    first, shared = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    places = np.arange(len(hashes))
    useful = np.flatnonzero(places > first)  # there is a fuller text that has this run too
    order = useful[np.lexsort((hashes[useful], shared[useful], owners[useful]))]
    children = owners[order]
    nth = np.arange(len(order)) - np.searchsorted(children, children)
    probes = order[nth < PROBES]
    ahead = [first[probes] + step for step in range(FULLEST)] + [probes - step for step in range(1, NEXT + 1)]
    of = np.tile(probes, len(ahead))
    at = np.concatenate(ahead) if ahead else np.zeros(0, np.int64)
    valid = (at < of) & (at >= first[of])
    # The same member may be among the fullest and the next: one run counts once.
    met = np.unique(of[valid] * (len(hashes) + 1) + at[valid])
    child, parent = owners[met // (len(hashes) + 1)], owners[met % (len(hashes) + 1)]
    keys, times = np.unique(child * count + parent, return_counts=True)
    child, parent = keys // count, keys % count
    best = np.lexsort((parent, -times, child))
    return child[best].tolist(), parent[best].tolist()
