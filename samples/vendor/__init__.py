"""A scripted vendor: takes orders from Kafka and reports on them as exam companies and records services would."""
