"""The decision maker's third part: a follow-up about an answer, explained from what is stored of it."""
