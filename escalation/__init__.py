"""Everything from "a message came in" to "the case is closed". No Flask and no Rasa in here."""
