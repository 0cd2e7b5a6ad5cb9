"""Duty: the roster, who is reachable now, and calling people when a case is acute."""
