"""Safety after treatment: laboratory results are graded by the CTCAE, each version from a table of its own."""
