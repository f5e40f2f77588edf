"""Decides. What this protocol says, as pure functions: no socket, no log, no clock."""
