"""What keeps an index and is asked for its parts: this process by itself, or a server, chosen by an address."""

from index.engine.protocol import Engine, Holding, Open
from index.engine.sides import Sides

__all__ = ["Engine", "Holding", "Open", "Sides"]
