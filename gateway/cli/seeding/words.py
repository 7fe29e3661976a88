"""What made-up customers are called and what they write about."""

COMPANIES = [
    "Harbour & Sons", "Northwind Bakery", "Elm Street Clinic", "Quarry Tools", "Lakeside Hotel", "Orchard Insurance",
    "Bright Optics", "Tram & Bus", "Old Mill Brewery", "Seaview School", "Granite Bank", "Meadow Farms",
]  # fmt: skip
NAMES = [
    "Ada", "Ben", "Carla", "Deniz", "Emre", "Fatima", "Goran", "Hana", "Ivan", "Jun", "Kofi", "Lena", "Marek", "Nadia",
    "Olga", "Pavel", "Quinn", "Rosa", "Sven", "Tariq", "Uma", "Vera", "Wei", "Yusuf", "Zoë",
]  # fmt: skip
SURNAMES = [
    "Abara", "Berg", "Costa", "Dahl", "Eriksen", "Fontaine", "García", "Hoffmann", "Ito", "Jansen", "Kowalski",
    "Lindqvist",
    "Moreau", "Novak", "Okafor", "Petrov", "Rossi", "Schmidt", "Tanaka", "Ueda", "Varga", "Weber", "Yilmaz", "Zhang",
]  # fmt: skip
TAGS = ["refund", "urgent", "vip", "bug", "question", "feedback", "delivery", "login", "invoice", "waiting"]
PRODUCTS = [
    "printer", "router", "invoice", "booking", "password", "delivery", "contract", "calendar", "dashboard", "heating",
    "scanner", "subscription", "camera", "keyboard", "warranty", "newsletter", "login", "mailbox", "elevator", "badge",
]  # fmt: skip
SUBJECTS = [
    "The {} does not work", "Question about my {}", "{} broken since Tuesday", "Please cancel the {}", "Wrong {} again",
    "When does my {} arrive?", "Refund for the {}", "{}: error 504", "Lost my {}", "Change of address for the {}",
    "The {} is too slow", "How do I set up the {}?",
]  # fmt: skip
SENTENCES = [
    "Thank you for your quick answer.", "It worked until yesterday evening and nothing was changed since.",
    "I have tried to start it again, without success.", "Could you please have a look at it today?",
    "The screen says that the connection was refused.", "My customer number stands at the top of the contract.",
    "We have found the cause and are working on it.", "Please tell us which version you are using.",
    "I have attached a picture of what I see.", "A colleague of mine has the same problem on another floor.",
    "Your money will be back on your account within three days.", "Unfortunately the part is not in stock now.",
    "We will call you as soon as the technician has been there.", "Is there anything else that I can do meanwhile?",
    "It is not urgent, but it would be nice to have it before the weekend.", "The light on the front is blinking red.",
    "I did not receive any confirmation by mail.", "We have sent a replacement this morning.",
    "Let me know if that helps.", "It happens every time when more than two people use it.",
    "Please check whether the cable is plugged in on both sides.", "The amount on the invoice is not what we agreed.",
    "I would like to speak with somebody in charge.", "All is well now, you may close this.",
]  # fmt: skip
