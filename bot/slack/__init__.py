"""The Slack adapter: Slack's events in, Incoming out; Reply in, Block Kit out."""
