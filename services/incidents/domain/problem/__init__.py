"""Problems: what causes incidents, of one client or of several."""
