"""Reading packets: bytes in, an application with evidence out; knows no Kafka, S3 or SQL."""
