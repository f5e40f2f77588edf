"""The unclear sentences of the protocol, and how each is read."""
