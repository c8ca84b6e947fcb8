"""What every service stands on: Kafka wiring, inbox and outbox, retries, dead letters, health. Knows no insurance."""
