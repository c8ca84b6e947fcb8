"""The desk of operations: is anything lost or stuck, and what is to be done; for the web and the command line."""
