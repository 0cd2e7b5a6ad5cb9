"""The conversation: a Rasa project. Holds no secret and no database; what it knows travels with each turn."""
