"""Notify: each change that concerns the agent becomes one e-mail, sent once, with nothing private in it."""
