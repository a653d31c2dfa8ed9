"""Says how long something takes, in words. Pure."""

from datetime import timedelta


def span_of_time(time: timedelta) -> str:
    """Give a time in hours and minutes, the seconds left out, as in "2 h 14 min"."""
    minutes = int(abs(time).total_seconds()) // 60
    hours, left = divmod(minutes, 60)
    shown = [f"{hours:,} h"] if hours else []
    return " ".join([*shown, *([f"{left} min"] if left or not hours else [])])
