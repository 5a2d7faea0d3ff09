"""The eight services. They never import each other; `chassis` is what they share."""
