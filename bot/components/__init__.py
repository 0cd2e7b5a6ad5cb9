"""Rasa components of our own: channel, tracker store, texts, language, sentence features, pending question."""
