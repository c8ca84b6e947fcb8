"""How quick Goodorder is, measured beside something everybody knows."""
