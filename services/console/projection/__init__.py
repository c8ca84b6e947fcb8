"""What the console keeps of the topics, to be looked at: its tables, and how each event changes them."""
