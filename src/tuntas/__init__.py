"""Tuntas: a public-service complaint is done when the person who made it can see what was done."""
