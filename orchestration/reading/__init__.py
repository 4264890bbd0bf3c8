"""A release as readers meet it: find it, open it, name its codes, query it, explain its figures."""
