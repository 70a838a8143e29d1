"""The decision maker's second part: a question to the knowledge base, answered from the passages that were found."""
