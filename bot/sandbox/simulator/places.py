"""Where invented buyers live: real cities, made-up streets and PIN codes that end in zeros."""

from __future__ import annotations

from typing import Final

PLACES: Final = (
    ("Ahmedabad", "Gujarat", "380", "079"),
    ("Surat", "Gujarat", "395", "0261"),
    ("Junagadh", "Gujarat", "362", "0285"),
    ("Pune", "Maharashtra", "411", "020"),
    ("Nagpur", "Maharashtra", "440", "0712"),
    ("Navi Mumbai", "Maharashtra", "400", "022"),
    ("New Delhi", "Delhi", "110", "011"),
    ("Noida", "Uttar Pradesh", "201", "0120"),
    ("Kanpur", "Uttar Pradesh", "208", "0512"),
    ("Lucknow", "Uttar Pradesh", "226", "0522"),
    ("Gurugram", "Haryana", "122", "0124"),
    ("Ludhiana", "Punjab", "141", "0161"),
    ("Jaipur", "Rajasthan", "302", "0141"),
    ("Jodhpur", "Rajasthan", "342", "0291"),
    ("Indore", "Madhya Pradesh", "452", "0731"),
    ("Raipur", "Chhattisgarh", "492", "0771"),
    ("Patna", "Bihar", "800", "0612"),
    ("Ranchi", "Jharkhand", "834", "0651"),
    ("Kolkata", "West Bengal", "700", "033"),
    ("Purulia", "West Bengal", "723", "03252"),
    ("Guwahati", "Assam", "781", "0361"),
    ("Bhubaneswar", "Odisha", "751", "0674"),
    ("Hyderabad", "Telangana", "500", "040"),
    ("Vijayawada", "Andhra Pradesh", "520", "0866"),
    ("Bengaluru", "Karnataka", "560", "080"),
    ("Hubballi", "Karnataka", "580", "0836"),
    ("Chennai", "Tamil Nadu", "600", "044"),
    ("Coimbatore", "Tamil Nadu", "641", "0422"),
    ("Ernakulam", "Kerala", "683", "0484"),
    ("Dehradun", "Uttarakhand", "248", "0135"),
)
"""City, state, the first three digits of its PIN codes, STD code."""

STREETS: Final = (
    "Station Road",
    "MG Road",
    "Plot 12/3, GIDC Phase 2",
    "Shop No. 4, Main Bazaar",
    "4/10, Sample Street",
    "Near Bus Stand",
    "Sec 100",
    "1st Floor, Market Yard",
    "Village Road, Opp. Primary School",
    "Industrial Area",
)
