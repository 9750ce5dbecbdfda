"""Verification: what records say of where they were read, held against the documents themselves.

Validation needs the data alone; verification needs the documents, from whoever has them.
"""

from dxgov.verification.citation_check import DocumentProof
from dxgov.verification.document_index import PassedOver

__all__ = ["DocumentProof", "PassedOver"]
