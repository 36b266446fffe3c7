"""Base rates of the made-up people: what brings them, who they are, where they live. Tables only.

Concern rates are assumptions shaped on common presentations in Australian primary mental health care (mood and
anxiety first, then relationships, trauma and stress); nothing measured rests on them. Languages and age groups are
shaped on Greater Melbourne, rounded, and are assumptions too.
"""

# Chance that a concern is what mainly brings a client (weights; they are scaled to sum to 1).
MAIN_CONCERN: dict[str, float] = {
    "depression": 17, "grief": 3, "self_esteem": 3, "meaning_spirituality": 0.7, "life_transition": 3,
    "generalised_anxiety": 16, "social_anxiety": 4, "panic": 3, "phobia": 1, "ocd": 2.5, "health_anxiety": 1.5,
    "trauma": 9, "domestic_violence": 1, "self_harm": 1, "emotion_regulation": 2.5, "bipolar_psychosis": 1,
    "relationship": 6, "family_conflict": 2.5, "parenting": 2, "separation": 2, "intimacy_sexuality": 1,
    "friendship_loneliness": 1, "substance_use": 2.5, "gambling_gaming": 0.8, "anger": 1.5,
    "sleep": 1.5, "eating_body_image": 2.5, "chronic_illness_pain": 2, "perinatal": 1.8,
    "adhd": 3, "autism": 1.5, "work_career": 2, "stress_burnout": 5, "lgbtqia_identity": 1, "cultural_identity": 0.7,
}  # fmt: skip
# What often comes along, by domain of the main concern; one pair is drawn at a time.
SECOND_CONCERN: dict[str, float] = {
    "depression": 12, "generalised_anxiety": 14, "self_esteem": 10, "sleep": 9, "stress_burnout": 9, "relationship": 8,
    "trauma": 5, "family_conflict": 5, "friendship_loneliness": 4, "work_career": 5, "social_anxiety": 4, "grief": 3,
    "anger": 3, "emotion_regulation": 4, "substance_use": 3, "panic": 2, "life_transition": 3, "adhd": 2,
    "parenting": 2,
    "chronic_illness_pain": 2, "eating_body_image": 1.5, "intimacy_sexuality": 1,
}  # fmt: skip
# Concerns that nobody under 18, and nobody over 50, is given.
NOT_YOUNG = (
    "perinatal", "relationship", "separation", "intimacy_sexuality", "parenting", "domestic_violence", "substance_use",
    "gambling_gaming", "work_career", "stress_burnout", "bipolar_psychosis", "chronic_illness_pain", "life_transition",
    "meaning_spirituality",
)  # fmt: skip
NOT_OVER_50 = ("perinatal",)
# Chance of one, two, three, four concerns.
CONCERN_COUNTS = (0.30, 0.38, 0.22, 0.10)
# How well each domain's clients do beyond their start score (SD); assumption in the order of NHS Talking Therapies
# outcomes by problem (phobias and anxiety above depression, trauma below).
PROGNOSIS: dict[str, float] = {
    "mood": 0.0, "anxiety": 0.15, "trauma": -0.25, "relational": 0.05, "addiction": -0.2, "body": -0.1,
    "work_neuro": 0.0, "identity": 0.0,
}  # fmt: skip
MEASURE_OF_DOMAIN: dict[str, str] = {"mood": "phq9", "anxiety": "gad7", "trauma": "phq9", "body": "phq9"}
OTHER_MEASURE = "k10"

# Therapists' and clients' languages other than English: weights.
LANGUAGES: dict[str, float] = {
    "mandarin": 5, "vietnamese": 3, "cantonese": 3, "arabic": 3, "greek": 3, "italian": 2, "hindi": 3, "punjabi": 2,
    "spanish": 2, "turkish": 1, "auslan": 0.5,
}  # fmt: skip
CLIENT_ANOTHER_LANGUAGE, CLIENT_ONLY_OTHER = 0.10, 0.25
THERAPIST_ANOTHER_LANGUAGE = 0.25
AGE_BANDS: tuple[tuple[float, int, int], ...] = ((0.02, 5, 12), (0.05, 12, 18), (0.87, 18, 65), (0.06, 65, 86))
CLIENT_GENDERS: dict[str, float] = {"woman": 0.62, "man": 0.35, "non_binary": 0.03}
THERAPIST_GENDERS: dict[str, float] = {"woman": 0.70, "man": 0.27, "non_binary": 0.03}
IDENTITY_WISHES: dict[str, float] = {
    "lgbtqia": 30, "neurodivergent": 30, "culturally_diverse": 20, "aboriginal_torres_strait_islander": 8,
    "christian": 6,
    "muslim": 6,
}  # fmt: skip
FAITHS = ("christian", "muslim")
IDENTITY_TRAINING: dict[str, float] = {
    "lgbtqia": 0.40, "neurodivergent": 0.35, "culturally_diverse": 0.35, "aboriginal_torres_strait_islander": 0.10,
    "christian": 0.08, "muslim": 0.06,
}  # fmt: skip
MODALITY_TRAINING: dict[str, float] = {
    "cbt": 0.75, "act": 0.50, "dbt": 0.20, "emdr": 0.22, "ipt": 0.10, "psychodynamic": 0.18, "person_centred": 0.30,
    "schema": 0.22, "compassion_focused": 0.22, "emotionally_focused": 0.12, "couples": 0.15, "family_systemic": 0.12,
    "mindfulness": 0.35, "metacognitive": 0.06, "motivational_interviewing": 0.20, "narrative": 0.12,
    "solution_focused": 0.22, "problem_solving": 0.12, "exposure_response_prevention": 0.20, "cbt_insomnia": 0.12,
    "behavioural_activation": 0.20, "mentalisation": 0.05, "gestalt": 0.04, "art_therapy": 0.03, "play_therapy": 0.05,
    "psychoeducation": 0.15,
}  # fmt: skip
PROFESSIONS: dict[str, float] = {
    "clinical_psychologist": 0.30, "psychologist": 0.34, "provisional_psychologist": 0.08, "counsellor": 0.14,
    "social_worker": 0.09, "occupational_therapist": 0.03, "psychiatrist": 0.02,
}  # fmt: skip
# Usual fee by profession in AU$ (mean); some bulk bill. Assumption from publicly advertised ranges.
FEES: dict[str, float] = {
    "clinical_psychologist": 240, "psychologist": 205, "provisional_psychologist": 120, "counsellor": 140,
    "social_worker": 165, "occupational_therapist": 190, "psychiatrist": 285,
}  # fmt: skip
REBATED = ("clinical_psychologist", "psychologist", "social_worker", "occupational_therapist", "psychiatrist")
CLIENT_FUNDING: dict[str, float] = {"medicare": 0.72, "self_pay": 0.12, "private_health": 0.06, "ndis": 0.04,
"workcover": 0.03,     "dva": 0.01, "bulk_bill": 0.02}  # fmt: skip
# Latitude and longitude of made-up rooms' suburbs, to two decimals.
PLACES: tuple[tuple[float, float], ...] = (
    (-37.81, 144.96), (-37.80, 144.98), (-37.77, 144.96), (-37.80, 144.90), (-37.79, 145.00), (-37.82, 145.03),
    (-37.85, 145.00), (-37.88, 145.02), (-37.82, 145.12), (-37.92, 145.12), (-37.74, 145.00), (-37.70, 144.92),
    (-37.88, 144.75), (-37.98, 145.21), (-38.14, 145.12),
)  # fmt: skip
_FIRST = """
Amelia Noah Priya Thomas Mei Daniel Sofia Liam Hana Marcus Elena Josh Leila Patrick Ngoc Claire Samir Ruth Andre Kirra
Zoe Oscar Farah Hugh Tess Minh Isla Theo Nadia Callum Rosa Ethan Anika Peter Yasmin Grace Ivan Maeve Omar Lucy
"""
_LAST = """
Nguyen Walsh Sharma Rossi Chen Murphy Papadopoulos Brown Haddad Kelly Tran Singh Taylor Wong Martin Campbell Russo
Evans Lim Fraser Ahmed Bennett Costa Doyle Fisher Gallo Hayes Ito Jansen Khan Lowe Moreno Novak Olsen Patel Quinn Reid
Sato Turner Vella
"""
FIRST_NAMES = tuple(_FIRST.split())
LAST_NAMES = tuple(_LAST.split())
