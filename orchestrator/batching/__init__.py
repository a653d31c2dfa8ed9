"""Sees that many open issues are one problem: which belong together, who they are as they grow, what is done."""

from orchestrator.batching.crowds import Crowd
from orchestrator.batching.likeness import likeness
from orchestrator.batching.partition import partition
from orchestrator.batching.regroup import Batch, regroup
from orchestrator.batching.told import Joining, Parting, Words

__all__ = ["Batch", "Crowd", "Joining", "Parting", "Words", "likeness", "partition", "regroup"]
