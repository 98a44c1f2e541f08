"""Messy extracts of two invented hospitals, and the truth behind them."""
