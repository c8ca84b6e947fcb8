"""Cases: the case's state machine, the carrier's view beside ours, and the history of both."""
