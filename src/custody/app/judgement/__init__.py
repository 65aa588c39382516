"""Judge events by the state of the world at their place in the log."""
