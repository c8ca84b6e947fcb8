"""Faults of every part, on real processes: what was lost, doubled or out of order, and how long it took to recover."""
