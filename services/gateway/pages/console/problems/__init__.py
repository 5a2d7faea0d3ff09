"""Problems: what causes incidents, found from a list, worked on, solved, and shown beside incidents."""
