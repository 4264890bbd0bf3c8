"""Figures in sentences: amounts, years, economies and measures recognised by rules, with a description of missing parts."""
