"""Follow-up questions about an answer, told from what is stored of it: nothing is read, detected or asked again."""
