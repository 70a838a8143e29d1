"""Language models behind any OpenAI-compatible endpoint: the client, and the engine that lets one play a role.

`contract` says what the rest of the house relies on; nothing here is imported before an endpoint is configured.
"""
