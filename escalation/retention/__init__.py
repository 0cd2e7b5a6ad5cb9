"""How long things are kept, what is deleted when, the ledger of deletions, and how deleted bytes are wiped."""
