"""The contracts of Goodorder: events, the application, carriers' data, code lists and topics, and nothing else."""
