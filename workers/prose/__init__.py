"""How things are written for people: numbers and times, paragraphs, a reader's level, a greeting, a track record."""
