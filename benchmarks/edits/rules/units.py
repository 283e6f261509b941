"""Units: the number stays, the unit is another one of the same dimension. Durations are dates."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

_OTHER = {
    "km": "miles", "kilometres": "miles", "kilometers": "miles", "kilometre": "mile", "kilometer": "mile",
    "miles": "kilometres", "mile": "kilometre", "metres": "feet", "meters": "feet", "metre": "foot", "meter": "foot",
    "m": "ft", "ft": "m", "feet": "metres", "foot": "metre", "yards": "feet", "inches": "centimetres",
    "inch": "centimetre", "cm": "inches", "centimetres": "inches", "centimeters": "inches", "millimetres": "inches",
    "mm": "cm", "mph": "km/h", "km/h": "mph", "kph": "mph", "kilometres per hour": "miles per hour",
    "miles per hour": "kilometres per hour", "tonnes": "kilograms", "tons": "kilograms", "tonne": "kilogram",
    "kg": "lb", "kilos": "pounds", "kilograms": "pounds", "lbs": "kg", "grams": "ounces", "litres": "gallons",
    "liters": "gallons", "gallons": "litres", "pints": "litres", "barrels": "litres", "acres": "hectares",
    "acre": "hectare", "hectares": "acres", "square miles": "square kilometres", "sq km": "sq miles",
    "square kilometres": "square miles", "square metres": "square feet", "sq ft": "sq m",
    "square feet": "square metres", "megawatts": "kilowatts", "gigawatts": "megawatts", "mw": "kW", "gw": "MW",
    "percentage points": "per cent", "percentage point": "per cent", "basis points": "percentage points",
    "degrees celsius": "degrees Fahrenheit", "°c": "°F", "°f": "°C",
}  # fmt: skip
_UNIT = re.compile(
    rf"(?<=[\d\s-])(?:{'|'.join(re.escape(unit) for unit in sorted(_OTHER, key=len, reverse=True))})(?!\w)",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\bby (?:[a-z]+ ){0,2}(?:\d+(?:\.\d+)?|[a-z]+)(?P<unit>%| per ?cent)(?!\w)", re.IGNORECASE)


def units(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one unit changed; "per cent" becomes points only where something changed by so much."""
    for start, end, figure in scene.figures:
        unit = _UNIT.search(scene.text, start, end)
        if figure.unit is None or unit is None:
            continue
        new = _OTHER[unit.group().casefold()]
        how = "points to per cent" if new == "per cent" else "unit"
        # Where the article gives both, as in "5 km (3 miles)", the number beside the new unit is another one, but
        # a reader could take the edit for a slip of the pen: leave such sentences alone.
        yield scene.replace(unit.start(), unit.end(), new, how)
    for match in _CHANGE.finditer(scene.text):
        yield scene.replace(match.start("unit"), match.end(), " percentage points", "per cent to points")
