"""How good and how fast the bot decides, on real data that stays outside the repository, against named baselines."""
