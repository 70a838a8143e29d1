"""Which part of the file a request is about: columns and rows left out, hours, what is called normal."""
