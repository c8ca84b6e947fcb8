"""Learns a new form from its blank: where its fields are, and a draft of what each of them means."""
