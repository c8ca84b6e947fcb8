"""Compares everything with everything: what lies in S3, on Kafka, in the databases and in the mailbox, read-only."""
