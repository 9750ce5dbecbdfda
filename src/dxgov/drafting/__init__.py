"""Drafts: from what a grammar reads in a document to records that a person finishes and publishes."""
