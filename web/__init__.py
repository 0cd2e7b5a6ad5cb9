"""Channels in, pages out. No rule of the domain is decided here."""
