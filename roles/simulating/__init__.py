"""A sentence as a simulator run: "simulate a stopper clogging at 1.2 m/min for two hours"."""
