"""Command handlers that need detectors or kb; bot/cli.py names them by dotted path and loads them on use."""
