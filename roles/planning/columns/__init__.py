"""Which columns a request names, whatever it calls them."""
