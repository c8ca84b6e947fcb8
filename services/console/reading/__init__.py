"""What pages read: every query takes the visitor, and an agent's rows are filtered in it."""
