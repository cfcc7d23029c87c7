"""Which files are there, and what is in them: opened safely, whatever they claim to be."""
