"""Who the invented buyers are, where they live and what they write."""

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


ENQUIRIES: Final = (
    "I am interested in {product}",
    "I want to buy {product}.\n\nKindly send me price and other details.",
    (
        "I want to buy {product}.\n\nBefore purchasing I would like to know the price details.\n\n"
        "Kindly send me price and other details."
    ),
    "My requirement is for {product}. Please quote your best rate with GST & freight up to {city}.",
    "We need {product} for our new site at {city}. Kindly share catalogue, lead time and payment terms.",
    "Please call me for {product}. Urgent requirement, delivery within 7 days.",
    "{product} ka best rate kya hai? {quantity} {unit} chahiye, {city} me delivery ho jayegi?",
    "Bhaiya {product} chahiye, GST bill ke saath. Rate WhatsApp kar dijiye.",
    "Hume {product} regular chahiye har mahine, dealer rate bataiye.",
    "मुझे {product} चाहिए। कृपया रेट और डिलीवरी का समय बताएं।",
    "{city} में {product} का क्या भाव है? {quantity} {unit} की ज़रूरत है।",
    "नमस्ते, {product} का कैटलॉग और थोक रेट भेजिए। धन्यवाद",
)
CHATS: Final = (
    "Price please",
    "Hi, {product} available?",
    "Rate?",
    "{product} ka photo aur rate bhejo",
    "{quantity} {unit} ka kya rate lagega 🙏",
    "क्या यह अभी स्टॉक में है?",
    "Can you deliver to {city}?",
)
REQUIREMENTS: Final = ("Business Use", "Business Use", "Business Use", "Personal Use", "For Reselling")


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
