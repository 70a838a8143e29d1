"""Telegram: events in (events, polling, webhook), replies out (render, outlet)."""
