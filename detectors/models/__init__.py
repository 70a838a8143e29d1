"""The detectors, one a file: a base, the default ensemble, its charts and scales, and models to choose instead."""
