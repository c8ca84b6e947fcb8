"""The console: case desk and dead-letter desk in a browser; it reads its own projection, and acts by events only."""
