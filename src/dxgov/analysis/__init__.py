"""Questions that join records: traces through all documents, and what is open."""
