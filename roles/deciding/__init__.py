"""How the decision maker's rules turn findings and passages into a diagnosis: match, weigh, word, check."""
