"""Measuring what the program does: pure metrics, and the runs that put the program's own parts under them."""
