"""The tools that a language assistant calls on a release, and their server (Model Context Protocol)."""
