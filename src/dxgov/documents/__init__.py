"""Documents: their lines and cells, and what grammars read in them, before any of it is a record."""
