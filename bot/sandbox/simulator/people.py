"""Names of invented buyers and their firms."""

from __future__ import annotations

from typing import Final

FIRST_NAMES: Final = (
    "Aarti", "Abdul", "Ajay", "Amarjeet", "Anita", "Arun", "Asha", "Balwinder", "Bhavesh", "Chirag", "Deepa", "Dinesh",
    "Farhan", "Gaurav", "Geeta", "Harish", "Imran", "Jayanti", "Jignesh", "Kavita", "Kiran", "Lakshmi", "Mahesh",
    "Manjunath", "Meena", "Mohan", "Murugan", "Nandini", "Naveen", "Neha", "Nilesh", "Pankaj", "Prakash", "Priya",
    "Rajesh", "Rakesh", "Ravi", "Rekha", "Sanjay", "Selvam", "Shabnam", "Sunita", "Suresh", "Thomas", "Uday", "Usha",
    "Venkatesh", "Vikas", "Yogesh", "Zubin",
)  # fmt: skip
LAST_NAMES: Final = (
    "Agarwal", "Ahmed", "Bhatt", "Biswas", "Chauhan", "Chopra", "Das", "Desai", "D'Souza", "Gill", "Gowda", "Gupta",
    "Iyer", "Jadhav", "Jain", "Joshi", "Khan", "Kulkarni", "Kumar", "Mehta", "Mishra", "Nair", "Naidu", "Pandey",
    "Patel", "Patil", "Pillai", "Rao", "Rathore", "Reddy", "Saxena", "Shah", "Sharma", "Shetty", "Singh", "Solanki",
    "Thakur", "Tiwari", "Varghese", "Verma", "Yadav",
)  # fmt: skip
FIRM_WORDS: Final = (
    "Enterprises", "Traders", "& Sons", "Industries", "Agencies", "Engineering Works", "Infra Projects", "Kirana Store",
    "Constructions", "Electricals", "Hardware & Paints", "Textiles", "Agro Farms", "Hospital", "Public School",
    "(India) Pvt. Ltd.",
)  # fmt: skip
FIRM_NAMES: Final = (
    "Shree Ganesh", "Jai Ambe", "New Bharat", "Sai Krupa", "Balaji", "Om Shakti", "Royal", "Al-Noor",
    "Sri Venkateswara", "Maa Durga", "Laxmi", "Modern", "Green Field", "Universal", "Sunrise", "Guru Nanak",
    "St. Mary's",
)  # fmt: skip
PLACEHOLDER: Final = "IndiaMART Buyer"
"""What IndiaMART puts where it does not know a name."""

FOREIGNERS: Final = (
    ("Thabo Mokoena", "ZA", "Johannesburg", "Gauteng", "+27-6000000{:02d}"),
    ("Karim Haddad", "AE", "Dubai", "Dubai", "+971-5000000{:02d}"),
    ("Nirmala Shrestha", "NP", "Kathmandu", "Bagmati", "+977-98000000{:02d}"),
    ("Rafiqul Islam", "BD", "Dhaka", "Dhaka Division", "+880-17000000{:02d}"),
    ("Grace Wanjiku", "KE", "Nairobi", "Nairobi County", "+254-7000000{:02d}"),
    ("Emma Carter", "GB", "Leicester", "England", "+44-77009001{:02d}"),
    ("Daniel Brooks", "US", "Houston", "Texas", "+1-20255501{:02d}"),
)
"""Name, country, city, state, a number with two digits to fill in."""
