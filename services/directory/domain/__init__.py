"""Pure rules of the directory: one noun per file, times and ids come in as arguments."""
