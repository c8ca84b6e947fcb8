"""A simulated year of the desk: thousands of cases through the real handlers and stores, on an injected clock."""
