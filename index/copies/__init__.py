"""The same words by the same speaker in many articles: quotations → groups of copies.

`wording` makes marks, spelling and numbers one, `candidates` finds who may be a copy of whom in time linear in the
corpus, `alike` decides by the words in their order, `groups` joins; `words` keeps it all for the next rebuild.
"""

from __future__ import annotations

from index.copies.folding import Folding
from index.copies.groups import Said, grouped
from index.copies.words import Memory

__all__ = ["Folding", "Memory", "Said", "grouped"]
