"""Other people's programs, each in an environment of its own, over sound packages and over broken ones.

``python -m clients FOLDER`` runs them; ``clients.toml`` names them; ``docs/clients.md`` shows what came out.
"""
