"""Numbers and limits in a request, and the rows that they mark."""
