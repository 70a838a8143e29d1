"""The face: chat adapters, commands and rendering. Converts in, calls the core, converts out."""
