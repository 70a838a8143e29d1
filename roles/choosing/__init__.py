"""How the controller's rules choose a model: conditions as data, coverage of the sensors, past scores, reasons."""
