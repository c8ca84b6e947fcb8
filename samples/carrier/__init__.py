"""A scripted carrier: takes submissions and tells of each case as its script says, for demonstrations and tests."""
