"""The command line of Goodorder: for agents, case managers, and whoever keeps the house running."""
