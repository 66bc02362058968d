"""Webhooks: where the feed is sent, what signs it, and what could not be delivered."""
