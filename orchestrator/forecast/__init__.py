"""How likely it is that a promise of time breaks, learnt from how such promises went before. Pure."""
