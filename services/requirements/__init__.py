"""Requirements: what the carrier's grid asks of a case, who was asked for it, and what has come in."""
