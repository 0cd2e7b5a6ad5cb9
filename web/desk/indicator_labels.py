"""The words for the indicators, one short line a code. A table of data."""

from __future__ import annotations

from collections.abc import Mapping

from ..i18n import N_

INDICATOR_LABELS: Mapping[str, str] = {
    "G1": N_("Somebody else keeps the papers"),
    "G2": N_("Somebody else keeps the money"),
    "G3": N_("Threat to publish sexual images"),
    "G4": N_("Family is threatened"),
    "G5": N_("A debt was made up"),
    "G6": N_("Depends on one person for many things"),
    "S1": N_("Forced sex"),
    "S2": N_("Dates with sex for money"),
    "S3": N_("Acts against the person's will"),
    "S4": N_("Recruited for sex work"),
    "S5": N_("Blackmail with images"),
    "S6": N_("Meets strangers in another town or a hotel"),
    "S7": N_("Approached online, forced soon after"),
    "S8": N_("In love with or dependent on the recruiter"),
    "S9": N_("Sex with the partner's friends"),
    "S10": N_("Forced webcam or porn"),
    "S11": N_("Under 18 in sex work"),
    "S12": N_("No free choice of clients, hours or condom"),
    "S13": N_("The same man behind different women"),
    "L1": N_("Paid too little"),
    "L2": N_("Long days, little rest"),
    "L3": N_("Bad or unsafe working conditions"),
    "L4": N_("Unreasonable fines"),
    "L5": N_("Poor housing"),
    "L6": N_("Little freedom of choice"),
    "L7": N_("Loses housing together with the job"),
    "L8": N_("Housing and transport through the employer"),
    "L9": N_("Agency that is not registered"),
    "L10": N_("Too many people in one house"),
    "L11": N_("Many registered at one address, or not registered"),
    "L12": N_("Breach of labour law"),
    "C1": N_("Made to pickpocket"),
    "C2": N_("Made to steal"),
    "C3": N_("Made to carry or sell drugs"),
    "C4": N_("Cuts or tends hemp"),
    "C5": N_("Lends bank account for somebody's money"),
    "C6": N_("First willing, then put under pressure"),
    "C7": N_("Phone contracts in the person's name"),
    "C8": N_("Exchanges counterfeit money"),
    "C9": N_("A company in the person's name"),
    "C10": N_("Bank card used by somebody else"),
    "B1": N_("Made to beg"),
    "O1": N_("Removal of organs"),
}
