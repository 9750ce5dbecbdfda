"""The site: a data set as pages that need no server, to browse, to search and to follow from record to record."""
