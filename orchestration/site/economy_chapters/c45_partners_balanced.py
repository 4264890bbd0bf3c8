"""Balanced estimates of what an economy and its partners pay each other."""

from orchestration.site.chapter import Chapter, Listing
from orchestration.site.economy_chapters.c40_partners import CHARGES, SERVICES

CHAPTER = Chapter(
    title="Partners by balanced estimates",
    lead="Estimates of OECD and WTO, made from the reports of both sides and from models. They are no reports, and no report is replaced "
    "by them.",
    parts=(
        Listing(
            title="{area} and its partners paid each other for the use of intellectual property, as OECD and WTO estimate it",
            concept="charges between two economies",
            partners=True,
            note="The newest estimate of each direction, with its year.",
            sql=CHARGES.format(condition="="),
        ),
        Listing(
            title="{area} sold services to its partners and bought services from them, as OECD and WTO estimate it",
            concept="services sold, services bought and their balance",
            partners=True,
            note="The newest estimate of each direction, with its year.",
            sql=SERVICES.format(condition="="),
        ),
    ),
)
