"""Comparison of records with the documents that they cite.

Validation needs the data alone; verification needs the documents, from whoever has them.
"""

from dxgov.verification.citation_check import DocumentProof
from dxgov.verification.document_index import PassedOver

__all__ = ["DocumentProof", "PassedOver"]
