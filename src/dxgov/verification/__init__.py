"""Verification: what records say of where they were read, held against the documents themselves.

Validation needs the data alone; verification needs the documents, from whoever has them.
"""

from dxgov.verification.documents import PassedOver
from dxgov.verification.proof import DocumentProof
from dxgov.verification.verifying import Verification, verify

__all__ = ["DocumentProof", "PassedOver", "Verification", "verify"]
