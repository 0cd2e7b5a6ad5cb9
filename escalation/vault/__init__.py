"""Keys, sealed records and receipts: who can read what, decided by mathematics and not by a checkbox."""
