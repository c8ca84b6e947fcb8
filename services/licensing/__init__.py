"""Licensing: what is on file about each producer, kept and told to whoever decides by it."""
