"""Where Goodorder runs: the local stack here; images and deployment beside it."""
