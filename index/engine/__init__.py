"""What a question is asked of: the parts of one index, whatever keeps them."""

from index.engine.sides import Sides

__all__ = ["Sides"]
