"""What can go wrong with the local stack; each message says what happened and what to do next."""


class StackError(Exception):
    """The stack can't start or go on; the message is for the person at the terminal."""
