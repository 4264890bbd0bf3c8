"""Figures in sentences: amounts, years, economies and measures found by rules, and what is missing said in words."""
