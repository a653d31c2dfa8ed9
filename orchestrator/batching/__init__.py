"""Sees that many open issues are one problem: which belong together, who they are as they grow, what is done."""

from orchestrator.batching.likeness import Crowd, likeness
from orchestrator.batching.partition import Partings, partition
from orchestrator.batching.regroup import Batch, Parting, regroup

__all__ = ["Batch", "Crowd", "Parting", "Partings", "likeness", "partition", "regroup"]
