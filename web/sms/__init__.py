"""Text messages: what Twilio tells us, behind the check of its signature."""
