"""What the columns of a comparison are called and mean, in Finnish, Swedish and English."""

from collections.abc import Mapping

from osallisuus.model import Texts


def _said(fi: str, sv: str, en: str) -> Texts:
    return {"fi": fi, "sv": sv, "en": en}


TITLE = _said("Kuntien vertailu", "Jämförelse av kommuner", "Comparison of municipalities")
GAPS_TITLE = _said(
    "Ideoita muiden kuntien luetteloista",
    "Idéer ur andra kommuners förteckningar",
    "Ideas from the lists of other municipalities",
)

CAUTIONS: tuple[Texts, ...] = (
    _said(
        "Luvut ovat raportoitujen käytäntöjen määriä. Raportoimaton ei ole nolla.",
        "Talen är antal rapporterade praxis. Det som inte har rapporterats är inte noll.",
        "The numbers count practices that were reported. What was not reported is not zero.",
    ),
    _said(
        "Luettelot ovat eri laajuisia ja eri ajoilta: lue luvut vain yhdessä luvun n, kattavuuden ja ajankohdan kanssa.",
        "Förteckningarna har olika omfattning och är från olika tider: läs talen bara tillsammans med n, täckningen och tiden.",
        "The lists differ in extent and in time: read a number only together with n, the coverage and the time.",
    ),
    _said(
        "Vain täydellisestä luettelosta voi päätellä, mitä kunnalla ei ole.",
        "Bara en fullständig förteckning visar vad en kommun inte har.",
        "Only a complete list shows what a municipality does not have.",
    ),
    _said(
        "Älä laske yhteen eri kattavuuksien lukuja äläkä yhden kunnan lukuja: käytännöllä voi olla useita arvoja.",
        "Räkna inte ihop tal med olika täckning, och inte heller en kommuns tal: en praxis kan ha flera värden.",
        "Do not add up numbers of different coverages, nor those of one municipality: a practice may have several values.",
    ),
    _said(
        "Luvut eivät kerro, kuinka usein, kuinka hyvin tai kuinka monen kanssa mitäkin tehdään.",
        "Talen säger inte hur ofta, hur väl eller med hur många något görs.",
        "The numbers do not say how often, how well or with how many people anything is done.",
    ),
)
"""How not to read the numbers; pages, tables and documents all say it from here."""

STATES: Mapping[str, Texts] = {
    "reported": _said(
        "luettelossa on tällaisia käytäntöjä",
        "förteckningen har sådan praxis",
        "the list has such practices",
    ),
    "implied": _said(
        "vain toimittajien tulkinnan mukaan",
        "endast enligt redaktörernas tolkning",
        "only by the editors’ reading",
    ),
    "not-reported": _said(
        "ei raportoitu: ei tiedetä, onko tällaista",
        "inte rapporterat: det är inte känt om det finns sådant",
        "not reported: it is not known whether there is one",
    ),
    "none": _said(
        "ei ole: luettelo on täydellinen",
        "finns inte: förteckningen är fullständig",
        "there is none: the list is complete",
    ),
}
"""State of a number → what it means."""

COUNTED: Mapping[str, Texts] = {
    "outward": _said(
        "vain käytännöt, joiden kohderyhmistä ainakin yksi on organisaation ulkopuolella",
        "endast praxis med minst en målgrupp utanför organisationen",
        "only practices with at least one target group outside the organisation",
    ),
    "all": _said(
        "myös vain organisaation sisäiset käytännöt",
        "också praxis som endast gäller organisationens egna",
        "practices only for people inside the organisation too",
    ),
}
"""Which practices are counted → what it means."""

COLUMNS: Mapping[str, tuple[Texts, Texts]] = {
    "as_of_start": (
        _said("Ajankohta, alku", "Tid, början", "Time, start"),
        _said(
            "Ensimmäinen päivä, jota kunnan aineisto koskee.",
            "Den första dagen som kommunens datamängd gäller.",
            "The first day that the dataset of the municipality is about.",
        ),
    ),
    "as_of_end": (
        _said("Ajankohta, loppu", "Tid, slut", "Time, end"),
        _said(
            "Viimeinen päivä, jota kunnan aineisto koskee.",
            "Den sista dagen som kommunens datamängd gäller.",
            "The last day that the dataset of the municipality is about.",
        ),
    ),
    "counted": (
        _said("Mitkä lasketaan", "Vilka räknas", "Which are counted"),
        _said(
            "Lasketaanko vain ulospäin suuntautuvat käytännöt (outward) vai kaikki (all).",
            "Om endast utåtriktad praxis räknas (outward) eller all (all).",
            "Whether only outward practices are counted (outward) or all (all).",
        ),
    ),
    "n": (
        _said("n", "n", "n"),
        _said(
            "Kunnan laskettujen käytäntöjen määrä: prosenttilukujen nimittäjä.",
            "Antalet räknade praxis i kommunen: procenttalens nämnare.",
            "The number of practices of the municipality that are counted: the denominator of the percentages.",
        ),
    ),
    "without_value": (
        _said("Ilman arvoa", "Utan värde", "Without a value"),
        _said(
            "Kuinka monesta näistä lähde ei kerro mitään verratusta asiasta.",
            "Hur många av dessa som källan inte säger något om i det som jämförs.",
            "For how many of these the source says nothing of what is compared.",
        ),
    ),
    "by": (
        _said("Verrattu asia", "Det som jämförs", "What is compared"),
        _said(
            "Akselin nimi: purpose, target-group, channel, unit-type tai level.",
            "Axelns namn: purpose, target-group, channel, unit-type eller level.",
            "The name of the axis: purpose, target-group, channel, unit-type or level.",
        ),
    ),
    "value": (
        _said("Arvo", "Värde", "Value"),
        _said(
            "Yhteisen sanaston käsite. Sen lukuun kuuluvat myös suppeampien käsitteiden käytännöt.",
            "Begrepp i den gemensamma vokabulären. I dess tal ingår praxis med snävare begrepp.",
            "A concept of the shared vocabulary. Its number includes the practices of narrower concepts.",
        ),
    ),
    "broader": (
        _said("Laajempi käsite", "Överordnat begrepp", "Broader concept"),
        _said(
            "Käsite, jonka lukuun tämän käsitteen käytännöt myös kuuluvat.",
            "Begrepp vars tal också omfattar detta begrepps praxis.",
            "The concept whose number includes the practices of this one too.",
        ),
    ),
    "cross": (
        _said("Toinen verrattu asia", "Det andra som jämförs", "What it is crossed with"),
        _said("Toisen akselin nimi.", "Den andra axelns namn.", "The name of the second axis."),
    ),
    "cross_value": (
        _said("Toinen arvo", "Det andra värdet", "Second value"),
        _said(
            "Käsite toisella akselilla. Sen lukuun kuuluvat myös suppeampien käsitteiden käytännöt.",
            "Begrepp på den andra axeln. I dess tal ingår praxis med snävare begrepp.",
            "A concept on the second axis. Its number includes the practices of narrower concepts.",
        ),
    ),
    "practices": (
        _said("Käytännöt", "Praxis", "Practices"),
        _said(
            "Raportoitujen käytäntöjen määrä. Tyhjä: ei raportoitu. Nolla: luettelo on täydellinen, eikä tällaista ole.",
            "Antalet rapporterade praxis. Tomt: inte rapporterat. Noll: förteckningen är fullständig och har ingen sådan.",
            "The number of practices reported. Empty: not reported. Zero: the list is complete and has none.",
        ),
    ),
    "percent": (
        _said("Osuus, %", "Andel, %", "Share, %"),
        _said(
            "Osuus kunnan lasketuista käytännöistä, prosentteina. Osuuksien summa voi olla muu kuin 100.",
            "Andelen av kommunens räknade praxis, i procent. Summan av andelarna kan vara någon annan än 100.",
            "The share of the counted practices of the municipality, in per cent. The shares need not add up to 100.",
        ),
    ),
    "implied_practices": (
        _said(
            "Käytännöt toimittajien tulkinnan mukaan",
            "Praxis enligt redaktörernas tolkning",
            "Practices by the editors’ reading",
        ),
        _said(
            "Kuinka monella muulla käytännöllä arvo on vain toimittajien tulkinnan mukaan. Ei sisälly edelliseen lukuun.",
            "Hur många andra praxis som har värdet endast enligt redaktörernas tolkning. Ingår inte i det förra talet.",
            "How many other practices have the value only by the editors’ reading. Not part of the number of practices.",
        ),
    ),
    "state": (
        _said("Mitä luku kertoo", "Vad talet säger", "What the number says"),
        _said(
            "Onko raportoitu vai ei, vai onko luettelo täydellinen.",
            "Om det är rapporterat eller inte, eller om förteckningen är fullständig.",
            "Whether it was reported or not, or whether the list is complete.",
        ),
    ),
    "for_municipality": (
        _said("Kenelle", "För vem", "For whom"),
        _said(
            "Kunta, jonka luettelossa tällaista ei ole.",
            "Kommunen vars förteckning inte har sådan praxis.",
            "The municipality whose list has no such practice.",
        ),
    ),
    "own_practices": (
        _said("Omassa luettelossa muuten", "I egen förteckning i övrigt", "Otherwise in the own list"),
        _said(
            "Kuinka monella käytännöllä kunnan omassa luettelossa on tämä arvo, muille ryhmille tai muihin tarkoituksiin.",
            "Hur många praxis i kommunens egen förteckning som har detta värde, för andra grupper eller syften.",
            "How many practices of the municipality’s own list have this value, for other groups or to other ends.",
        ),
    ),
    "basis": (
        _said("Peruste", "Grund", "Basis"),
        _said(
            "Onko kohderyhmä tai tarkoitus sanottu (stated) vai toimittajien tulkitsema (implied).",
            "Om målgruppen eller syftet är sagt (stated) eller redaktörernas tolkning (implied).",
            "Whether the target group or purpose is stated (stated) or the editors’ reading (implied).",
        ),
    ),
    "ended": (
        _said("Päättynyt", "Avslutad", "Ended"),
        _said(
            "Milloin käytäntö päättyi. Tyhjä: mikään ei kerro, että se olisi päättynyt.",
            "När praxisen upphörde. Tomt: inget säger att den har upphört.",
            "When the practice ended. Empty: nothing says that it did.",
        ),
    ),
    "sources": (
        _said("Lähteet", "Källor", "Sources"),
        _said(
            "Sivut tai asiakirja, joista käytäntö tunnetaan.",
            "De sidor eller det dokument som praxisen är känd från.",
            "The pages or the document that the practice is known from.",
        ),
    ),
}
"""Name of a column → its title and what it means; the columns that other tables have too are described there."""
