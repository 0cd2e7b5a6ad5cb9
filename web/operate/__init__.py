"""What an operator runs: start, stop, check, measure."""
