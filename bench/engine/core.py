"""The core work that every peer does, as data: what words mean, and how values are written.

Read the file; take white space and null words away; write names with capitals, sex, dates
(ISO 8601), phone (E.164), e-mail, state (USPS), ZIP and ICD-10 codes in one form, weight in kg and
height in cm, blood pressure as two numbers; say in each row which of seventeen rules it breaks, and
count them; set rows without a name or a birth date aside; of equal persons keep the first; write
both tables.
The harmonizer does this and the rest of its work besides.
"""

COLUMNS = [
    "patient_id",
    "mrn",
    "first_name",
    "last_name",
    "middle_name",
    "suffix",
    "gender",
    "dob",
    "ssn",
    "phone",
    "email",
    "address",
    "city",
    "state",
    "zip",
    "race",
    "ethnicity",
    "language",
    "diagnosis_code",
    "diagnosis_date",
    "weight",
    "weight_unit",
    "height",
    "height_unit",
    "blood_pressure",
    "last_visit",
]
NAMES = ("first_name", "last_name", "middle_name")
DATES = ("dob", "diagnosis_date", "last_visit")
READ = (
    "gender",
    *DATES,
    "phone",
    "email",
    "state",
    "zip",
    "diagnosis_code",
    "weight",
    "height",
    "blood_pressure",
)
"""Columns whose values have a form; one that has another breaks the rule of its column."""
NEEDED = ("first_name", "last_name", "dob")
TODAY, OLDEST = "2026-11-01", "1905-11-01"
"""A birth date lies between them."""
RULES = (
    *(f"{name}.missing" for name in NEEDED),
    *(f"{name}.unreadable" for name in READ),
    "dob.future",
    "dob.age",
)
KEY = ("first_name", "last_name", "dob", "gender", "zip")
NULL_WORDS = ("n/a", "na", "null", "none", "-", "--")
GENDERS = {
    "m": "male",
    "male": "male",
    "man": "male",
    "1": "male",
    "f": "female",
    "female": "female",
    "woman": "female",
    "2": "female",
    "u": "unknown",
    "unk": "unknown",
    "unknown": "unknown",
}
STATES = {
    "CALIFORNIA": "CA",
    "ILLINOIS": "IL",
    "MASSACHUSETTS": "MA",
    "NEW YORK": "NY",
    "OHIO": "OH",
    "TEXAS": "TX",
    "VERMONT": "VT",
    "WASHINGTON": "WA",
}
STATES |= {code: code for code in STATES.values()}
DATE_FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%d-%b-%Y", "%Y%m%d", "%b %d, %Y", "%Y/%m/%d")
PHONE = r"^\+?1?[ .\-]*\(?([2-9][0-9]{2})\)?[ .\-]*([2-9][0-9]{2})[ .\-]*([0-9]{4})$"
EMAIL = r"^[a-z0-9._%+\-]+@[a-z0-9.\-]+\.[a-z]{2,}$"
CODE = r"^[A-Z][0-9][0-9AB]\.?[0-9A-Z]{0,4}$"
ZIP = r"^[0-9]{5}-[0-9]{4}$"
SHORT_ZIP = r"^[0-9]{3,5}$"
PRESSURE = r"^([0-9]{2,3}) ?/ ?([0-9]{2,3})$"
UNITS = {
    "weight": ("kg", {"kg": 1.0, "lb": 0.45359237, "lbs": 0.45359237}),
    "height": ("cm", {"cm": 1.0, "in": 2.54, "inches": 2.54}),
}
