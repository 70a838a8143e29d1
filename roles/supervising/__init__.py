"""How the supervisor works: its types, its rules, and what another engine may not say."""
