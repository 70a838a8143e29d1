"""Times, days and durations in a request."""
