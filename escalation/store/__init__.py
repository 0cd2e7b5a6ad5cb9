"""SQLAlchemy tables, unit of work and migrations. No rule of the domain is decided here."""
