"""The contracts of Goodorder: events, the application, carriers' data, code lists, topics; nothing else."""
