"""Intake: from a file in the drop bucket to an application as read, with evidence for every value."""
