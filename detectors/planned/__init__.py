"""Planned changes: setpoints, products and stops that must not alarm, and how sensors follow them."""
