"""Private values: sealed by a key of their case, which is wrapped by the house's key; without the key, forgotten."""
