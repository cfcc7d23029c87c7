"""Which dealer of one system is which of another, and which codes of one list are one dealer."""
