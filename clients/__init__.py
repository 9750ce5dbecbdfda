"""Trials of other people's programs, each in an environment of its own, on sound packages and on broken ones.

``python -m clients FOLDER`` runs them; ``clients.toml`` defines them; ``docs/clients.md`` shows the results.
"""
