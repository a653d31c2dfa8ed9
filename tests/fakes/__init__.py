"""The outside world in memory, small and honest: every fake keeps state and obeys what its port promises."""
