"""Learns from what people confirmed, rejected and took back: labels, the tables fitted to them, and their trial."""

from orchestrator.learning.labels import Judged, Label, Pair, labels
from orchestrator.learning.lesson import Act, Lesson, Standing, lesson
from orchestrator.learning.versions import Card, Made

__all__ = ["Act", "Card", "Judged", "Label", "Lesson", "Made", "Pair", "Standing", "labels", "lesson"]
