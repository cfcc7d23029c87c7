"""What manufacturers and distributors want to know about their dealers."""
