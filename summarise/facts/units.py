"""Units of measurement: every way of writing one, and the name that it is compared by.

Does not convert: kilometres and miles stay what they are, tonnes and tons too.
"""

import re

# Every way of writing a unit, and the one that it is compared in.
UNITS = {
    "per cent": "per cent", "percent": "per cent", "%": "per cent", "pc": "per cent",
    "percentage point": "percentage point", "percentage points": "percentage point", "basis point": "basis point",
    "basis points": "basis point", "km": "kilometre", "kms": "kilometre", "kilometre": "kilometre",
    "kilometres": "kilometre", "kilometer": "kilometre", "kilometers": "kilometre", "metre": "metre",
    "metres": "metre", "meter": "metre", "meters": "metre", "cm": "centimetre", "centimetre": "centimetre",
    "centimetres": "centimetre", "centimeter": "centimetre", "centimeters": "centimetre", "mm": "millimetre",
    "millimetre": "millimetre", "millimetres": "millimetre", "millimeter": "millimetre", "millimeters": "millimetre",
    "mile": "mile", "miles": "mile", "foot": "foot", "feet": "foot", "ft": "foot", "inch": "inch", "inches": "inch",
    "yard": "yard", "yards": "yard", "acre": "acre", "acres": "acre", "hectare": "hectare", "hectares": "hectare",
    "mph": "mile per hour", "miles per hour": "mile per hour", "miles an hour": "mile per hour",
    "km/h": "kilometre per hour", "kph": "kilometre per hour", "kmh": "kilometre per hour",
    "kilometres per hour": "kilometre per hour", "kilometers per hour": "kilometre per hour",
    "km per hour": "kilometre per hour", "km an hour": "kilometre per hour",
    "kilometres an hour": "kilometre per hour", "knots": "knot", "tonne": "tonne", "tonnes": "tonne", "ton": "ton",
    "tons": "ton", "kg": "kilogram", "kilo": "kilogram", "kilos": "kilogram", "kilogram": "kilogram",
    "kilograms": "kilogram", "kilogramme": "kilogram", "kilogrammes": "kilogram", "g": "gram", "gram": "gram",
    "grams": "gram", "mg": "milligram", "lb": "pound", "lbs": "pound", "pound": "pound", "pounds": "pound",
    "ounce": "ounce", "ounces": "ounce", "oz": "ounce", "stone": "stone", "litre": "litre", "litres": "litre",
    "liter": "litre", "liters": "litre", "gallon": "gallon", "gallons": "gallon", "pint": "pint", "pints": "pint",
    "barrel": "barrel", "barrels": "barrel", "°c": "degree Celsius", "degrees celsius": "degree Celsius",
    "c": "degree Celsius", "f": "degree Fahrenheit", "celsius": "degree Celsius", "fahrenheit": "degree Fahrenheit",
    "degrees centigrade": "degree Celsius", "°f": "degree Fahrenheit", "degrees fahrenheit": "degree Fahrenheit",
    "degree": "degree", "degrees": "degree", "°": "degree", "mw": "megawatt", "megawatt": "megawatt",
    "megawatts": "megawatt", "gw": "gigawatt", "gigawatt": "gigawatt", "gigawatts": "gigawatt", "kw": "kilowatt",
    "kwh": "kilowatt-hour", "gb": "gigabyte", "mb": "megabyte", "tb": "terabyte", "hectolitres": "hectolitre",
    "square kilometre": "square kilometre", "square kilometres": "square kilometre", "sq km": "square kilometre",
    "square metre": "square metre", "square metres": "square metre", "square meters": "square metre",
    "square mile": "square mile", "square miles": "square mile", "square feet": "square foot", "sq ft": "square foot",
    "times": "times", "light years": "light year", "light-years": "light year", "fold": "times",
}  # fmt: skip
UNIT = re.compile(
    r"(?:[ \u00a0\u202f]|[-‐‑])?(?P<unit>"
    + "|".join(re.escape(u) for u in sorted(UNITS, key=len, reverse=True))
    + r")(?!\w)",
    re.I,
)
