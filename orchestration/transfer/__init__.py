"""How bytes come over the network: pace, redaction, unfinished downloads, each alone. Which requests to make is not decided here."""
