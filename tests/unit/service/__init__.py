"""Tests of the service: the guard before the UI, who may reach it, processes that end together."""
