"""The core: computes, and tells the story of one event. No I/O; what it needs from outside stands in `ports.py`."""
