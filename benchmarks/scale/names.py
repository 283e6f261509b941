"""Lists of the names that the generator replaces in the project's articles, and the parts of invented names."""

GIVEN = frozenset(
    """Marta Davin Honor Gerent Corin Jonas Anneke Lars Ruth Emil Nadia Bridie Ilsa Oriel Owen Hugh Tobias Petra Callum
    Kasper Milo Owain Danilo Idris Rosalind Marcus Tadeusz Greta Nessa Sunniva Gareth Desmond Priya Ingunn Philippa
    Mateo Torvald Gerald Imran Oonagh Tomás Leonora Nina Abena""".split()
)
"""First names in the articles."""
OTHERS = frozenset(
    """Quill Pellwick Lowe Maddesley Pree Thorsby Arkell Oudekirk Abernant Castor Ellanby Fallan Brandreth Staveley
    Treadgar Pennarth Renn Lindow Wrexley Rolund Tarrant Selleck Feyer Quaye Halloway Keech Ibbotson Brannock Aldous
    Tolland Thackray Pumfrey Arkwell Lanchester Fjelltorp Crondall Arrizola Brekkesen Ashcombe Shadwell Prynne Quadrelo
    Maddick Verrall Stroud Ellering Skarrow Brandhaven Velland Haddowby Haddow Orrin Anstice Dreyvik Calder Brisk Tollan
    Pike Northmoor Corrowby Harrack Ravensholt Lantern Almara Zandmeer Halvorn Cordwell Finch Tarnvik Kelsmoor Ostervane
    Tessaly Wexborough""".split()
)
"""Surnames, places and words of company names. A word with two of these roles has one replacement."""
ACRONYMS = {
    "DMW": ("Dreyvik", "", ""),
    "SPA": ("Skarrow", "", ""),
    "TIPB": ("Tarnvik", "", "", ""),
    "TCT": ("Tessaly", "", ""),
    "EFG": ("Ellering", "", ""),
}
"""Acronyms, and for each letter the replaced name that it abbreviates, if any."""
NEW_GIVEN = tuple(
    """Adoran Beltis Cassel Corvina Dagny Delwin Edrik Elspa Fenella Ferrin Galia Gorran Hedda Hollis Isolen Ivor Jarek
    Jessamy Kelda Korrin Lisbet Lorcan Mabrin Merrit Nerys Nolan Odile Orsin Perrin Quenby Ranulf Rowena Sabra Selwin
    Tamsin Torin Ulla Ursin Vanya Verrin Wilna Wystan Xenia Yorick Ysolde Zelda Zorin Arvid Bronwen Cedra""".split()
)
BEGINNINGS = tuple(
    """Ab Ald Amb Arn Bal Bar Bell Bern Bor Brad Bram Cal Carl Cast Chel Cold Crom Dal Dar Den Dor Dun Eg El Em Ever
    Fal Far Fen Fos Gal Gar Glen Gor Had Hal Har Hex Hol In Is Jar Kel Ken Kil Lam Lang Lin Lor Mal Mar Mel Mor Nar
    Nor Oak Or Os Pel Pen Por Ral Rav Rin Ros Sal Sed Sel Stan Tal Tar Tor Ul Val Var Wal War Wes Yar Yel Zan""".split()
)
ENDINGS = tuple(
    """bury by combe cott dale den don ford gate gill grave ham hurst land ley low mere moor mond nell nick rick ridge
    rigg shaw stead sted ster stock stow thorpe ton vane wade wick win wold wood worth""".split()
)
MONTHS = tuple("January February March April May June July August September October November December".split())
