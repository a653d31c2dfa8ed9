"""Watches the work of teams: finds what goes wrong before anybody asks, and tells it in few messages that stay true."""
