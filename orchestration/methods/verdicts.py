"""Verdicts on published claims: codes and the text of each."""

CONFIRMED = "confirmed"
SUPERSEDED = "superseded"
DIFFERS_NOW = "differs_now"
CONTRADICTED = "contradicted"
MISATTRIBUTED = "misattributed"
NOT_VERIFIABLE = "not_verifiable"
WITHIN_BOUND = "within_bound"
OUTSIDE_BOUND = "outside_bound"

VERDICT_WORDS = {
    CONFIRMED: "confirmed",
    SUPERSEDED: "superseded",
    MISATTRIBUTED: "misattributed",
    DIFFERS_NOW: "differs from today's figure",
    CONTRADICTED: "contradicted",
    NOT_VERIFIABLE: "not verifiable",
    WITHIN_BOUND: "consistent with a stated bound",
    OUTSIDE_BOUND: "outside a stated bound",
}
"""Every verdict as readers see it."""
