"""What the codebook says of the tables, in Finnish, Swedish and English; columns of the vocabulary take theirs from it."""

from collections.abc import Mapping

from osallisuus.model import Texts

LANGUAGES = ("fi", "sv", "en")
"""The languages that have columns of their own; texts in others stand in the tidy table."""


def _said(fi: str, sv: str, en: str) -> Texts:
    return {"fi": fi, "sv": sv, "en": en}


IN_LANGUAGE: Mapping[str, Texts] = {
    "fi": _said("suomeksi", "på finska", "in Finnish"),
    "sv": _said("ruotsiksi", "på svenska", "in Swedish"),
    "en": _said("englanniksi", "på engelska", "in English"),
}
"""Language of a column → how its title says so."""

BASES: Mapping[str, Texts] = {
    "stated": _said("sanottu lähteessä", "sagt i källan", "said by the source"),
    "coded": _said("toimittajien luokittelema", "klassificerat av redaktörerna", "coded by the editors"),
    "implied": _said("toimittajien tulkinta", "redaktörernas tolkning", "the editors’ reading"),
    "translated": _said("toimittajien käännös", "redaktörernas översättning", "the editors’ translation"),
    "edited": _said(
        "toimittajien kirjoittama tai antama: nimet, tunnisteet, huomautukset",
        "skrivet eller gett av redaktörerna: namn, identifierare, anmärkningar",
        "written or given by the editors: names, identifiers, notes",
    ),
    "derived": _said(
        "laskettu muista sarakkeista tai sanastosta",
        "härlett ur andra kolumner eller vokabulären",
        "worked out from other columns or the vocabulary",
    ),
}
"""Where the values of a column come from → what it says."""

FORMS: Mapping[str, Texts] = {
    "wide": _said(
        "Leveä taulukko: yksi rivi käytäntöä kohti",
        "Bred tabell: en rad per praxis",
        "Wide table: one row a practice",
    ),
    "tidy": _said(
        "Pitkä taulukko: yksi rivi käytännön jokaista arvoa kohti",
        "Lång tabell: en rad för varje värde hos en praxis",
        "Tidy table: one row for each value of a practice",
    ),
}
"""The two forms of table → their names."""

KINDS: Mapping[str, Texts] = {
    "wide": _said("leveä taulukko", "bred tabell", "wide table"),
    "tidy": _said("pitkä taulukko", "lång tabell", "tidy table"),
}
"""The two forms of table → what tells one from the other in a list of files."""

TEXTS: Mapping[str, tuple[Texts, Texts]] = {
    "municipality": (
        _said("Kunta", "Kommun", "Municipality"),
        _said(
            "Kunnan pysyvä tunniste (IRI).",
            "Kommunens beständiga identifierare (IRI).",
            "The permanent identifier (IRI) of the municipality.",
        ),
    ),
    "municipality_code": (
        _said("Kunnan koodi", "Kommunens kod", "Code of the municipality"),
        _said(
            "Maan kaksikirjaiminen koodi ja kunnan kansallinen koodi, esimerkiksi fi/235. Sillä voi yhdistää eri sivustojen aineistoja.",
            "Landets kod med två bokstäver och kommunens nationella kod, till exempel fi/235. Med den kan datamängder från olika webbplatser kopplas ihop.",
            "The two-letter code of the country and the national code of the municipality, such as fi/235. It joins data of different sites.",
        ),
    ),
    "municipality_name": (
        _said("Kunnan nimi", "Kommunens namn", "Name of the municipality"),
        _said(
            "Kunnan nimi kullakin kielellä.",
            "Kommunens namn på respektive språk.",
            "The name of the municipality in each language.",
        ),
    ),
    "practice": (
        _said("Käytäntö", "Praxis", "Practice"),
        _said(
            "Käytännön pysyvä tunniste (IRI). Se ei muutu, eikä sitä anneta toiselle.",
            "Praxisens beständiga identifierare (IRI). Den ändras inte och ges inte till någon annan.",
            "The permanent identifier (IRI) of the practice. It never changes and is never given to another one.",
        ),
    ),
    "outward": (
        _said("Ulospäin suuntautuva", "Utåtriktad", "Outward"),
        _said(
            "Onko ainakin yksi kohderyhmistä, sanottu tai tulkittu, muu kuin organisaation sisäinen ryhmä. Vertaa kuntia vain ulospäin suuntautuvien käytäntöjen osalta: toinen luettelo kattaa henkilöstönkin käytännöt, toinen ei.",
            "Om minst en av målgrupperna, sagd eller tolkad, är en annan än en grupp inom organisationen. Jämför kommuner endast i fråga om utåtriktad praxis: en lista tar med också personalens praxis, en annan inte.",
            "Whether at least one of the target groups, stated or implied, is other than a group inside the organisation. Compare municipalities on outward practices only: one list includes practices for staff, another does not.",
        ),
    ),
    "title": (
        _said("Käytännön nimi", "Praxisens namn", "Name of the practice"),
        _said(
            "Nimi toimittajien kirjoittamana; sanasta sanaan se on sarakkeessa source_name. Niillä kielillä, jotka sarake translated_titles mainitsee, nimi on käännös.",
            "Namnet i redaktörernas skrivning; ordagrant finns det i kolumnen source_name. På de språk som kolumnen translated_titles nämner är namnet en översättning.",
            "The name as the editors write it; word for word it is in the column source_name. In the languages that the column translated_titles lists it is a translation.",
        ),
    ),
    "description": (
        _said("Käytännön kuvaus", "Beskrivning av praxisen", "Description of the practice"),
        _said(
            "Mitä käytäntö on tai mihin se tähtää; sanasta sanaan se on sarakkeessa source_description. Niillä kielillä, jotka sarake translated_descriptions mainitsee, kuvaus on käännös.",
            "Vad praxisen är eller syftar till; ordagrant finns det i kolumnen source_description. På de språk som kolumnen translated_descriptions nämner är beskrivningen en översättning.",
            "What the practice is or aims at; word for word it is in the column source_description. In the languages that the column translated_descriptions lists it is a translation.",
        ),
    ),
    "unit_types": (
        _said("Yksikkötyypit", "Enhetstyper", "Unit types"),
        _said(
            "Sarakkeen units yksiköiden yhteiset tyypit. Kuntien yksiköitä verrataan näillä, sillä yksiköiden nimet ovat kuntien omia.",
            "De gemensamma typerna för enheterna i kolumnen units. Med dem jämförs kommunernas enheter, för enheternas namn är kommunernas egna.",
            "The shared types of the units in the column units. Units of municipalities are compared by these, for the names of units are their own.",
        ),
    ),
    "source_language": (
        _said("Lähteen kieli", "Källans språk", "Language of the source"),
        _said(
            "Kieli, jolla lähteen omat sanat ovat: sarakkeiden recurrence, source_name, source_units, source_groups ja source_description kieli.",
            "Det språk som källans egna ord är på: språket i kolumnerna recurrence, source_name, source_units, source_groups och source_description.",
            "The language of the source’s own words: of the columns recurrence, source_name, source_units, source_groups and source_description.",
        ),
    ),
    "sources": (
        _said("Lähteet", "Källor", "Sources"),
        _said(
            "Aineiston lähdeasiakirja (tunniste päättyy #source) tai julkiset sivut, joilta käytäntö luettiin.",
            "Datamängdens källdokument (identifieraren slutar på #source) eller de offentliga sidor där praxisen lästes.",
            "The source document of the dataset (its identifier ends in #source) or the public pages on which the practice was read.",
        ),
    ),
    "withdrawn": (
        _said("Poistettu käytöstä", "Indragen", "Withdrawn"),
        _said(
            "Onko tietue poistettu käytöstä. Jätä sellaiset rivit pois laskuista.",
            "Om posten har dragits in. Räkna inte med sådana rader.",
            "Whether the record was withdrawn. Leave such rows out of counts.",
        ),
    ),
    "replaced_by": (
        _said("Korvaava käytäntö", "Ersatt av", "Replaced by"),
        _said(
            "Käytännöt, jotka tulivat käytöstä poistetun tietueen tilalle.",
            "De praxis som kom i stället för den indragna posten.",
            "The practices that took the place of a withdrawn record.",
        ),
    ),
    "notes": (
        _said("Toimittajien huomautukset", "Redaktörernas anmärkningar", "Editors’ notes"),
        _said(
            "Toimittajien huomautukset englanniksi, peräkkäin; pitkässä taulukossa kukin on omalla rivillään.",
            "Redaktörernas anmärkningar på engelska, efter varandra; i den långa tabellen har var och en sin egen rad.",
            "The editors’ notes in English, one after the other; in the tidy table each has its own row.",
        ),
    ),
    "property": (
        _said("Ominaisuus", "Egenskap", "Property"),
        _said(
            "Ominaisuuden tunniste (IRI): mitä rivi käytännöstä sanoo.",
            "Egenskapens identifierare (IRI): vad raden säger om praxisen.",
            "The identifier (IRI) of the property: what the row says of the practice.",
        ),
    ),
    "property_name": (
        _said("Ominaisuuden lyhyt nimi", "Egenskapens korta namn", "Short name of the property"),
        _said(
            "Ominaisuuden tunnisteen viimeinen osa, esimerkiksi purpose, targetGroup tai impliedGroup. Jokainen exampleGroup on myös targetGroup.",
            "Den sista delen av egenskapens identifierare, till exempel purpose, targetGroup eller impliedGroup. Varje exampleGroup är också en targetGroup.",
            "The last part of the identifier of the property, such as purpose, targetGroup or impliedGroup. Each exampleGroup is a targetGroup too.",
        ),
    ),
    "property_label": (
        _said("Ominaisuuden nimi", "Egenskapens namn", "Name of the property"),
        _said(
            "Ominaisuuden nimi kullakin kielellä.",
            "Egenskapens namn på respektive språk.",
            "The name of the property in each language.",
        ),
    ),
    "basis": (
        _said("Peruste", "Grund", "Basis"),
        _said(
            "Mistä arvo tulee. Pidä erillään se, mitä lähde sanoo, ja se, mitä toimittajat siitä lukevat.",
            "Varifrån värdet kommer. Håll isär det som källan säger och det som redaktörerna läser ut.",
            "Where the value comes from. Keep apart what the source says and what the editors read from it.",
        ),
    ),
    "value": (
        _said("Arvo", "Värde", "Value"),
        _said(
            "Yksi arvo: tunniste (IRI), teksti, luku, totuusarvo tai aika, sellaisena kuin se on aineistossa.",
            "Ett värde: en identifierare (IRI), en text, ett tal, ett sanningsvärde eller en tid, så som det står i datamängden.",
            "One value: an identifier (IRI), a text, a number, a truth value or a time, as it is in the dataset.",
        ),
    ),
    "value_type": (
        _said("Arvon tyyppi", "Värdets typ", "Type of the value"),
        _said(
            "iri tarkoittaa tunnistetta, langString kielimerkittyä tekstiä; muut ovat XML Scheman tietotyyppejä.",
            "iri betyder en identifierare, langString en språkmärkt text; de andra är datatyper i XML Schema.",
            "iri means an identifier, langString a text with a language; the others are datatypes of XML Schema.",
        ),
    ),
    "value_language": (
        _said("Arvon kieli", "Värdets språk", "Language of the value"),
        _said(
            "Kielimerkityn tekstin kieli, esimerkiksi fi.",
            "Språket i en språkmärkt text, till exempel fi.",
            "The language of a text that has one, such as fi.",
        ),
    ),
    "value_label": (
        _said("Arvon nimi", "Värdets namn", "Name of the value"),
        _said(
            "Käsitteen, yksikön, kunnan oman sanan tai säädöksen nimi, jos arvo on sellaisen tunniste.",
            "Namnet på begreppet, enheten, kommunens eget ord eller författningen, om värdet är identifieraren för en sådan.",
            "The name of the concept, unit, word of the municipality or act, if the value is the identifier of one.",
        ),
    ),
    "scheme": (
        _said("Käsitteistö", "Begreppsschema", "Concept scheme"),
        _said(
            "Yhteinen käsitteistö, jonka käsite arvo on.",
            "Det gemensamma begreppsschema som värdet är ett begrepp i.",
            "The shared concept scheme that the value is a concept of.",
        ),
    ),
    "unit_type": (
        _said("Yksikkötyyppi", "Enhetstyp", "Unit type"),
        _said(
            "Yksikön yhteinen tyyppi, jos arvo on yksikkö. Kuntien yksiköitä verrataan tällä.",
            "Enhetens gemensamma typ, om värdet är en enhet. Med den jämförs kommunernas enheter.",
            "The shared type of the unit, if the value is a unit. Units of municipalities are compared by this.",
        ),
    ),
}
"""Column → its title and meaning, where the vocabulary does not say them."""

NAMES_TITLE = _said("%s: nimet", "%s: namn", "%s: names")
"""Title of the names of the values of another column, which takes the place of `%s`."""

NAMES_MEANING = _said(
    "Sarakkeen %s arvojen nimet samassa järjestyksessä.",
    "Namnen på värdena i kolumnen %s, i samma ordning.",
    "The names of the values of the column %s, in the same order.",
)
"""Meaning of the names of the values of another column."""

NAMES_MISSING = _said(
    "Sarake %s on tyhjä, tai arvolla ei ole nimeä tällä kielellä.",
    "Kolumnen %s är tom, eller värdet har inget namn på detta språk.",
    "The column %s is empty, or the value has no name in this language.",
)
"""What an empty cell means among the names of the values of another column."""

MISSING: Mapping[str, Texts] = {
    "stated": _said(
        "Lähde ei sano tätä. Se voi silti pitää paikkansa.",
        "Källan säger inte detta. Det kan ändå stämma.",
        "The source does not say this. It may still be so.",
    ),
    "coded": _said(
        "Lähde ei antanut toimittajille aihetta luokitteluun.",
        "Källan gav redaktörerna inget underlag för klassificering.",
        "The source gave the editors no ground for a coding.",
    ),
    "implied": _said(
        "Toimittajat eivät lukeneet lähteestä muuta kuin se sanoo.",
        "Redaktörerna läste inte ut något annat än det källan säger.",
        "The editors read nothing from the source but what it says.",
    ),
    "language": _said(
        "Aineistossa ei ole tekstiä tällä kielellä.",
        "Datamängden har ingen text på detta språk.",
        "The dataset has no text in this language.",
    ),
    "time": _said("Aikaa ei tiedetä.", "Tiden är inte känd.", "The time is not known."),
    "translated": _said(
        "Teksti ei ole käännös millään kielellä.",
        "Texten är ingen översättning på något språk.",
        "The text is not a translation in any language.",
    ),
    "table": _said("Lähde ei ole taulukko.", "Källan är ingen tabell.", "The source is not a table."),
    "document": _said(
        "Tiedot ovat aineiston lähdeasiakirjasta.",
        "Uppgifterna kommer från datamängdens källdokument.",
        "What is said comes from the source document of the dataset.",
    ),
    "units": _said("Lähde ei nimeä yksikköä.", "Källan nämner ingen enhet.", "The source names no unit."),
    "standing": _said("Tietue on voimassa.", "Posten gäller.", "The record stands."),
    "successor": _said(
        "Korvaavaa käytäntöä ei ole.", "Det finns ingen ersättande praxis.", "Nothing took its place."
    ),
    "notes": _said("Huomautuksia ei ole.", "Det finns inga anmärkningar.", "There are no notes."),
    "words": _said(
        "Lähteen sanoja ei ole lainattu.",
        "Källans ord har inte citerats.",
        "No words of the source are quoted.",
    ),
    "text": _said(
        "Arvo ei ole kielimerkittyä tekstiä.",
        "Värdet är ingen språkmärkt text.",
        "The value is no text with a language.",
    ),
    "label": _said(
        "Arvo ei ole tunniste, tai sillä ei ole nimeä tällä kielellä.",
        "Värdet är ingen identifierare, eller så har det inget namn på detta språk.",
        "The value is no identifier, or has no name in this language.",
    ),
    "concept": _said(
        "Arvo ei ole yhteinen käsite.",
        "Värdet är inget gemensamt begrepp.",
        "The value is no shared concept.",
    ),
    "unit": _said("Arvo ei ole yksikkö.", "Värdet är ingen enhet.", "The value is no unit."),
}
"""What an empty cell means."""

TRUTHS: Mapping[str, Texts] = {
    "true": _said("kyllä", "ja", "yes"),
    "false": _said("ei", "nej", "no"),
}
"""The values of a column of truth values."""

CAUTIONS: tuple[Texts, ...] = (
    _said(
        "Puuttuva käytäntö ei tarkoita, ettei kunnalla ole sitä. Vain kattavuus complete sallii sen päätelmän.",
        "Att en praxis saknas betyder inte att kommunen saknar den. Endast täckningen complete tillåter den slutsatsen.",
        "A practice that is missing here may exist in the municipality. Only the coverage complete allows “does not”.",
    ),
    _said(
        "Älä laske yhteen äläkä aseta järjestykseen kuntia, joiden kattavuus on eri. Kerro jokaisen osuuden vieressä lukumäärä n, kattavuus ja ajankohta.",
        "Slå inte ihop och rangordna inte kommuner med olika täckning. Ange vid varje andel antalet n, täckningen och tidpunkten.",
        "Do not pool or rank municipalities whose coverage differs. Beside every share say its n, its coverage and its time.",
    ),
    _said(
        "Pidä erillään se, mitä lähde sanoo (stated), ja toimittajien tulkinta (implied).",
        "Håll isär det som källan säger (stated) och redaktörernas tolkning (implied).",
        "Keep apart what the source says (stated) and what the editors read from it (implied).",
    ),
    _said(
        "Vertaa kuntia vain ulospäin suuntautuvien käytäntöjen osalta (outward).",
        "Jämför kommuner endast i fråga om utåtriktad praxis (outward).",
        "Compare municipalities on outward practices only (outward).",
    ),
    _said(
        "Käytännöllä voi olla monta tarkoitusta, kanavaa ja kohderyhmää, joten osuuksien summa ei ole sata prosenttia.",
        "En praxis kan ha flera syften, kanaler och målgrupper, så andelarna blir inte hundra procent tillsammans.",
        "A practice may have several purposes, channels and target groups, so shares do not add up to a hundred per cent.",
    ),
    _said(
        "Jätä käytöstä poistetut tietueet (withdrawn) pois laskuista.",
        "Räkna inte med indragna poster (withdrawn).",
        "Leave withdrawn records out of counts (withdrawn).",
    ),
)
"""What one may not conclude from the tables."""

WRITTEN: tuple[Texts, ...] = (
    _said(
        "Merkistö on UTF-8 ilman tavujärjestysmerkkiä, erotin on pilkku ja rivinvaihto CRLF (RFC 4180). Ensimmäisellä rivillä ovat sarakkeiden nimet.",
        "Teckenkodningen är UTF-8 utan byteordningsmarkör, skiljetecknet är komma och radbrytningen CRLF (RFC 4180). På den första raden står kolumnernas namn.",
        "The files are UTF-8 without a byte order mark, with commas and CRLF line ends (RFC 4180). The first line has the names of the columns.",
    ),
    _said(
        "Tyhjä solu tarkoittaa, ettei arvoa ole. Sana NA tai None on teksti eikä puuttuva arvo.",
        "En tom cell betyder att värdet saknas. Ordet NA eller None är text och inget saknat värde.",
        "An empty cell means that there is no value. The word NA or None is text and not a missing value.",
    ),
    _said(
        "Useat arvot erottaa solussa puolipiste ja välilyönti. Nimen oma puolipiste ja välilyönti on niiden joukossa pilkku ja välilyönti.",
        "Flera värden i en cell skiljs åt av semikolon och mellanslag. Ett semikolon med mellanslag i ett namn är där ett komma med mellanslag.",
        "Several values of a cell are separated by a semicolon and a space. A semicolon and space within a name become a comma and space there.",
    ),
    _said(
        "Tekstejä ei muuteta taulukkolaskentaa varten: merkeillä =, +, - tai @ alkava teksti on tiedostossa sellaisenaan. Tuo sarakkeet taulukkolaskentaan tekstinä, niin ohjelma ei laske niitä kaavoina.",
        "Texterna ändras inte för kalkylprogram: en text som börjar med =, +, - eller @ står i filen som den är. Importera kolumnerna som text, så räknar programmet dem inte som formler.",
        "No text is changed for the sake of spreadsheets: one that begins with =, +, - or @ is in the file as it is. Import the columns as text, so that the program does not take them for formulas.",
    ),
)
"""How the files are written."""
