"""Major incidents: the provider's own record of a matter that touches several clients, or one badly."""
