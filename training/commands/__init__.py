"""What each command does: given the arguments that were typed, it gives the exit code."""
