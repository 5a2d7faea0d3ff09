"""Knowledge: articles, their search and suggestion."""
