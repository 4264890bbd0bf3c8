"""Telling people what went wrong and that it is over: once, over every channel they chose. Knows no Dagster; when to tell is others' affair."""
