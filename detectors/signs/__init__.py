"""What each sensor did: levels, spreads, oscillations, stuck or missing readings, when each began."""
