"""What leaves the house: the bot over HTTP, and senders. One file each."""
