"""Pure numerics: the reconciliation of two reports, and the verdict on a claim."""
