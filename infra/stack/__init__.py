"""The local stack: real Kafka, S3 and SQS, a mail sink and the services, on the loopback of one machine."""
