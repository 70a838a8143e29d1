"""Questions about the model catalogue as SQL: one SELECT over one view, parsed and checked before it runs."""
