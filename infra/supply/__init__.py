"""What the house is built of: pinned packages and jars, their licences, and what is known against them."""
