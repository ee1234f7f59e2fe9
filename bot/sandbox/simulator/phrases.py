"""What invented buyers write: English as IndiaMART's forms make it, Hinglish and Hindi as people type it."""

from __future__ import annotations

from typing import Final

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
