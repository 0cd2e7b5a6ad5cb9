"""Screeners: how they join, log in, see the queue, and work on a case."""
