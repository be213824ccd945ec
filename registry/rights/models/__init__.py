"""The records of the rights: erasures, exports, corrections, links to one's data, retention."""

from registry.rights.models.correction import CorrectionRequest
from registry.rights.models.erasure import ErasureFile, ErasureRun, ErasureStep, ErasureSubject
from registry.rights.models.export import Export
from registry.rights.models.link import AccessLink
from registry.rights.models.retention import RetentionLine, RetentionRun

__all__ = [
    "AccessLink",
    "CorrectionRequest",
    "ErasureFile",
    "ErasureRun",
    "ErasureStep",
    "ErasureSubject",
    "Export",
    "RetentionLine",
    "RetentionRun",
]
