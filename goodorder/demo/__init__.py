"""The demonstration: sample packets from the drop bucket to the agent's mail and to the carrier's last word."""
