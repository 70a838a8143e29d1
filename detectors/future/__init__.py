"""How one series goes on: models that compete in its own past, their errors there, an end that is silent or stuck."""
