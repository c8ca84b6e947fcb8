"""How well forms that nobody described are learned from their blanks, and read back."""
