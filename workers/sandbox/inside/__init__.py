"""The room's own side: locks itself, loads the libraries, runs one piece of code, hands the results out."""
