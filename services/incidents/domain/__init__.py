"""Pure rules of the record. Times and ids come in as arguments; nothing here reads a clock or a store."""
