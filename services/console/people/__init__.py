"""Who may use the console: users, sessions, saved views, and the audit of what people saw and did."""
