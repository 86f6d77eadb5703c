"""The messages of a portal's check, in every language of the tool: what is wrong, and the cure."""

from collections.abc import Mapping

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "scheme": {
        "fi": "Osoite ei ala http:// tai https://, joten portaali ei voi hakea sitä. Anna verkko-osoite.",
        "sv": "Adressen börjar inte med http:// eller https://, så portalen kan inte hämta den. Ange en webbadress.",
        "en": "The address does not begin with http:// or https://, so no portal can fetch it. Give a web address.",
    },
    "address": {
        "fi": "Osoite ei ole kelvollinen ({problem}). Korjaa se.",
        "sv": "Adressen är inte giltig ({problem}). Rätta den.",
        "en": "The address is not valid ({problem}). Mend it.",
    },
    "name": {
        "fi": "Palvelinta {host} ei ole nimipalvelussa. Tarkista osoite, tai anna --map, jos nimi ei vielä toimi.",
        "sv": "Servern {host} finns inte i namntjänsten. Kontrollera adressen, eller ange --map om namnet ännu inte fungerar.",
        "en": "There is no server named {host}. Check the address, or give --map while the name does not work yet.",
    },
    "refused": {
        "fi": "Palvelimeen ei saada yhteyttä ({problem}). Tarkista, että palvelin on käynnissä ja osoite oikea.",
        "sv": "Servern går inte att nå ({problem}). Kontrollera att servern är igång och att adressen är rätt.",
        "en": "The server cannot be reached ({problem}). Check that it runs and that the address is right.",
    },
    "slow": {
        "fi": "Vastaus ei tullut kokonaan {seconds} sekunnissa. Portaali luopuu odottamasta: nopeuta palvelua.",
        "sv": "Svaret kom inte helt inom {seconds} sekunder. En portal slutar vänta: gör tjänsten snabbare.",
        "en": "The answer was not whole within {seconds} seconds. A portal stops waiting: make the service faster.",
    },
    "tls": {
        "fi": "Suojattu yhteys ei synny ({problem}). Tarkista varmenne, sen ketju ja nimi.",
        "sv": "Den skyddade anslutningen misslyckas ({problem}). Kontrollera certifikatet, dess kedja och namn.",
        "en": "There is no secure connection ({problem}). Check the certificate, its chain and its name.",
    },
    "broken": {
        "fi": "Vastaus katkesi tai oli virheellinen ({problem}). Katso palvelimen lokista, mitä tapahtui.",
        "sv": "Svaret avbröts eller var felaktigt ({problem}). Se i serverns logg vad som hände.",
        "en": "The answer broke off or was malformed ({problem}). See in the server's log what happened.",
    },
    "loop": {
        "fi": "Osoite ohjaa kehässä: {chain}. Korjaa uudelleenohjaukset.",
        "sv": "Adressen omdirigerar i en slinga: {chain}. Rätta omdirigeringarna.",
        "en": "The address redirects in a circle: {chain}. Mend the redirects.",
    },
    "far": {
        "fi": "Osoite ohjaa yli {count} kertaa eteenpäin. Ohjaa suoraan perille.",
        "sv": "Adressen omdirigerar mer än {count} gånger. Omdirigera direkt till målet.",
        "en": "The address redirects more than {count} times. Redirect straight to the end.",
    },
    "astray": {
        "fi": "Osoite ohjaa eteenpäin ({status}), mutta ei sano minne. Lisää Location-otsake.",
        "sv": "Adressen omdirigerar ({status}) men säger inte vart. Lägg till huvudet Location.",
        "en": "The address redirects ({status}) but does not say where. Add a Location header.",
    },
    "status": {
        "fi": "{method} saa vastauksen {status}, vaikka pitäisi saada 200. {roles}. Korjaa osoite tai palvelin.",
        "sv": "{method} besvaras med {status} i stället för 200. {roles}. Rätta adressen eller servern.",
        "en": "{method} is answered {status}, not 200. {roles}. Mend the address or the server.",
    },
    "head": {
        "fi": "HEAD ja GET vastaavat eri tavoin: {what} on {head} ja {get}. Vastaa niihin samoin.",
        "sv": "HEAD och GET besvaras olika: {what} är {head} och {get}. Besvara dem lika.",
        "en": "HEAD and GET are answered differently: {what} is {head} and {get}. Answer them alike.",
    },
    "large": {
        "fi": "Tiedosto on yli {limit} Mt, eikä sitä luettu loppuun: kokoa, tarkistetta ja sisältöä ei tarkistettu.",
        "sv": "Filen är större än {limit} MB och lästes inte till slut: storlek, kontrollsumma och innehåll kontrollerades inte.",
        "en": "The file is over {limit} MB and was not read to its end: size, checksum and content were not checked.",
    },
    "catalog-large": {
        "fi": "Luettelo on yli {limit} Mt, ja CKAN hylkää sen. Jaa se sivuiksi (hydra:next).",
        "sv": "Katalogen är större än {limit} MB, och CKAN avvisar den. Dela den i sidor (hydra:next).",
        "en": "The catalog is over {limit} MB, and CKAN refuses it. Divide it into pages (hydra:next).",
    },
    "catalog-sum": {
        "fi": "Luettelon sivut ovat yhteensä yli {limit} Mt; tätä sivua ja seuraavia ei luettu.",
        "sv": "Katalogens sidor är tillsammans större än {limit} MB; denna sida och de följande lästes inte.",
        "en": "The pages of the catalog are over {limit} MB together; this page and those after it were not read.",
    },
    "addresses": {
        "fi": "Luettelossa on {count} osoitetta, ja niistä kysyttiin {limit}; muut lasketaan tavoittamattomiksi.",
        "sv": "Katalogen har {count} adresser, och {limit} av dem prövades; de övriga räknas som onåbara.",
        "en": "The catalog has {count} addresses, and {limit} of them were asked; the others count as unreachable.",
    },
    "heavy": {
        "fi": "Sisältöä ({form}) ei voi lukea kohtuullisessa ajassa ja muistissa, tai se on liian sisäkkäinen; sitä ei tarkistettu. Yksinkertaista se.",
        "sv": "Innehållet ({form}) kan inte läsas inom rimlig tid och rimligt minne, eller är för djupt nästlat; det kontrollerades inte. Förenkla det.",
        "en": "The content ({form}) cannot be read in reasonable time and memory, or nests too deeply; it was not checked. Make it simpler.",
    },
    "local": {
        "fi": "Osoitteen palvelin {host} on tavoitettavissa vain omassa verkossaan, joten portaali ei saa siitä mitään eikä sitä kysytty. Anna julkinen osoite.",
        "sv": "Adressens server {host} nås bara i sitt eget nät, så en portal får ingenting av den, och den prövades inte. Ange en offentlig adress.",
        "en": "The server {host} can be reached in its own network only, so a portal gets nothing of it, and it was not asked. Give a public address.",
    },
    "not-rdf": {
        "fi": "Vastaus on {type}, ei RDF:ää, kun pyydetään mitä tahansa (Accept: */*). Anna luettelon osoite; sen on vastattava esimerkiksi Turtlea.",
        "sv": "Svaret är {type}, inte RDF, när vad som helst begärs (Accept: */*). Ange katalogens adress; den ska svara till exempel med Turtle.",
        "en": "The answer is {type}, not RDF, when anything is asked for (Accept: */*). Give the address of the catalog; it has to answer Turtle, say.",
    },
    "parse": {
        "fi": "Luetteloa ei voi lukea ({form}): {problem}. Korjaa se.",
        "sv": "Katalogen kan inte läsas ({form}): {problem}. Rätta den.",
        "en": "The catalog cannot be read as {form}: {problem}. Mend it.",
    },
    "context": {
        "fi": "Luettelo nimeää muualla olevan JSON-LD-kontekstin, eikä sitä haeta. Kirjoita konteksti luetteloon tai anna Turtlen osoite.",
        "sv": "Katalogen nämner en JSON-LD-kontext på annat håll, och den hämtas inte. Skriv kontexten i katalogen eller ange Turtle-adressen.",
        "en": "The catalog names a JSON-LD context that stands elsewhere and is not fetched. Write the context into the catalog, or give the address of its Turtle.",
    },
    "no-datasets": {
        "fi": "Luettelossa ei ole yhtään aineistoa (dcat:Dataset). Portaali ei saa siitä mitään.",
        "sv": "Katalogen har ingen datamängd (dcat:Dataset). En portal får ingenting av den.",
        "en": "The catalog has no dataset (dcat:Dataset). A portal gets nothing from it.",
    },
    "no-catalog": {
        "fi": "Kuvauksessa ei ole yhtään luetteloa (dcat:Catalog). Lisää sellainen ja sille dcat:dataset-linkit.",
        "sv": "Beskrivningen har ingen katalog (dcat:Catalog). Lägg till en med länkarna dcat:dataset.",
        "en": "The description has no dcat:Catalog. Add one with its dcat:dataset links.",
    },
    "paging": {
        "fi": "hydra:next osoittaa sivulle {page}, joka on jo luettu. Viimeisellä sivulla ei saa olla hydra:next-linkkiä.",
        "sv": "hydra:next pekar på sidan {page}, som redan är läst. Den sista sidan får inte ha hydra:next.",
        "en": "hydra:next points to {page}, which was read already. The last page must have no hydra:next.",
    },
    "pages": {
        "fi": "Sivuja on yli {count}; loput jäivät lukematta.",
        "sv": "Det finns fler än {count} sidor; resten lästes inte.",
        "en": "There are more than {count} pages; the rest was not read.",
    },
    "unstable": {
        "fi": "Tunnukset eivät pysy: toisella hakukerralla {lost} katosi ja {new} tuli uutena. Portaali poistaa ja luo aineistot uudelleen. Anna pysyvät tunnukset.",
        "sv": "Beteckningarna består inte: vid andra hämtningen försvann {lost} och {new} var nya. Portalen raderar och skapar dem på nytt. Ge beständiga beteckningar.",
        "en": "The ids do not stay: on the second harvest {lost} were gone and {new} were new. A portal deletes and makes them anew. Give lasting ids.",
    },
    "blank": {
        "fi": "{what} on nimetön solmu, joten portaali antaa sille joka haulla uuden tunnuksen. Anna sille IRI.",
        "sv": "{what} är en anonym nod, så portalen ger den en ny beteckning vid varje hämtning. Ge den en IRI.",
        "en": "{what} is a blank node, so a portal gives it a new id at every harvest. Give it an IRI.",
    },
    "identifier": {
        "fi": "dct:identifier puuttuu. udata hylkää aineiston ilman sitä. Lisää se: {iri}",
        "sv": "dct:identifier saknas. udata avvisar datamängden utan den. Lägg till: {iri}",
        "en": "There is no dct:identifier; udata refuses the dataset without it. Add it: {iri}",
    },
    "other-identifier": {
        "fi": "dct:identifier on {value}, mutta CKAN tuntee aineiston IRIllä ja udata tällä. Anna sama: {iri}",
        "sv": "dct:identifier är {value}, men CKAN känner datamängden med dess IRI och udata med detta. Ange samma: {iri}",
        "en": "dct:identifier is {value}, but CKAN knows the dataset by its IRI and udata by this. Give the same: {iri}",
    },
    "two-titles": {
        "fi": "Ominaisuudella {property} on {count} arvoa kielellä {tag}, ja CKAN ottaa niistä jonkin. Jätä yksi.",
        "sv": "{property} har {count} värden på språket {tag}, och CKAN tar något av dem. Lämna ett.",
        "en": "{property} has {count} values in the language {tag}, and CKAN takes any of them. Leave one.",
    },
    "no-language": {
        "fi": "Ominaisuuden {property} arvolla ei ole kieltä, joten portaali arvaa sen. Lisää kielitunniste.",
        "sv": "Värdet av {property} har inget språk, så portalen gissar det. Lägg till en språktagg.",
        "en": "The value of {property} has no language, so a portal guesses it. Add a language tag.",
    },
    "comma": {
        "fi": "Avainsanassa ”{word}” on pilkku, josta CKAN katkaisee sen. Jaa se kahdeksi tai poista pilkku.",
        "sv": "Nyckelordet ”{word}” har ett komma, där CKAN delar det. Dela det i två eller ta bort kommat.",
        "en": "The keyword “{word}” has a comma, where CKAN cuts it. Make it two or take the comma away.",
    },
    "literal": {
        "fi": "{property} on tekstiä (”{value}”), joten CKAN ei tallenna siitä mitään. Kuvaa se solmuna: {cure}",
        "sv": "{property} är text (”{value}”), så CKAN sparar ingenting av det. Beskriv det som en nod: {cure}",
        "en": "{property} is a text (“{value}”), so CKAN stores nothing of it. Describe it as a node: {cure}",
    },
    "nameless": {
        "fi": "Kohteella {node} ({property}) ei ole {missing}, joten CKAN jättää kentän tyhjäksi. Lisää se luetteloon.",
        "sv": "{node} ({property}) har inte {missing}, så CKAN lämnar fältet tomt. Lägg till det i katalogen.",
        "en": "{node} ({property}) has no {missing}, so CKAN leaves the field empty. Add it to the catalog.",
    },
    "licence-lost": {
        "fi": "Lisenssi on vain aineistolla, ja CKAN lukee sen vain jakeluista. Lisää dct:license jokaiseen jakeluun.",
        "sv": "Licensen finns bara på datamängden, och CKAN läser den bara från distributionerna. Lägg till dct:license på var och en.",
        "en": "Only the dataset has the licence, and CKAN reads it from distributions alone. Add dct:license to each.",
    },
    "licence-unknown": {
        "fi": 'CKAN ei tunne lisenssiä {iri}, joten license_id jää tyhjäksi. Kuvaa se luettelossa: dct:title "Creative Commons Attribution" antaa tunnuksen cc-by.',
        "sv": 'CKAN känner inte licensen {iri}, så license_id blir tomt. Beskriv den i katalogen: dct:title "Creative Commons Attribution" ger cc-by.',
        "en": 'CKAN does not know the licence {iri}, so license_id stays empty. Describe it in the catalog: dct:title "Creative Commons Attribution" gives cc-by.',
    },
    "type-declared": {
        "fi": "Luettelo lupaa tyypin {declared}, mutta {address} vastaa {served}. Korjaa jompikumpi.",
        "sv": "Katalogen lovar {declared}, men {address} svarar {served}. Rätta det ena.",
        "en": "The catalog says {declared}, but {address} is served as {served}. Mend one of them.",
    },
    "type-format": {
        "fi": "dct:format sanoo {format}, mutta dcat:mediaType sanoo {declared}. Korjaa jompikumpi.",
        "sv": "dct:format säger {format}, men dcat:mediaType säger {declared}. Rätta det ena.",
        "en": "dct:format says {format}, but dcat:mediaType says {declared}. Mend one of them.",
    },
    "content": {
        "fi": "Tiedosto {address} ei ole muotoa {form}: {problem}. Korjaa tiedosto tai sen kuvaus.",
        "sv": "Filen {address} är inte {form}: {problem}. Rätta filen eller dess beskrivning.",
        "en": "The file {address} is not {form}: {problem}. Mend the file or its description.",
    },
    "size": {
        "fi": "dcat:byteSize on {declared}, mutta {address} on {size} tavua. Laske koko tiedostosta.",
        "sv": "dcat:byteSize är {declared}, men {address} är {size} byte. Räkna storleken från filen.",
        "en": "dcat:byteSize is {declared}, but {address} has {size} bytes. Compute it from the file.",
    },
    "checksum": {
        "fi": "Tarkiste ({algorithm}) on {declared}, mutta tiedoston {address} on {found}. Laske se tiedostosta.",
        "sv": "Kontrollsumman ({algorithm}) är {declared}, men den för {address} är {found}. Räkna den från filen.",
        "en": "The checksum ({algorithm}) is {declared}, but that of {address} is {found}. Compute it from the file.",
    },
    "algorithm": {
        "fi": "Tarkisteen algoritmia {algorithm} ei tunneta. Käytä esimerkiksi sha256:ta.",
        "sv": "Kontrollsummans algoritm {algorithm} är okänd. Använd till exempel sha256.",
        "en": "The checksum's algorithm {algorithm} is not known. Use sha256, say.",
    },
    "undescribed": {
        "fi": "{what} on linkitetty, mutta luettelo ei kuvaa sitä, joten portaali ei saa siitä mitään. Lisää kuvaus.",
        "sv": "{what} är länkad men beskrivs inte i katalogen, så portalen får ingenting av den. Lägg till beskrivningen.",
        "en": "{what} is linked, but the catalog does not describe it, so a portal gets nothing of it. Add the description.",
    },
    "ap-missing": {
        "fi": "{property} puuttuu, ja DCAT-AP vaatii sen ({class}). Lisää se.",
        "sv": "{property} saknas, och DCAT-AP kräver det ({class}). Lägg till det.",
        "en": "{property} is missing, and DCAT-AP demands it of a {class}. Add it.",
    },
    "ap-many": {
        "fi": "{property} on {count} kertaa, ja DCAT-AP sallii yhden ({class}). Jätä yksi.",
        "sv": "{property} finns {count} gånger, och DCAT-AP tillåter en ({class}). Lämna en.",
        "en": "{property} is there {count} times, and DCAT-AP allows one of a {class}. Leave one.",
    },
    "ap-text": {
        "fi": "{property}: {value} on osoite, ja DCAT-AP vaatii tekstin. Kirjoita teksti.",
        "sv": "{property}: {value} är en adress, och DCAT-AP kräver en text. Skriv en text.",
        "en": "{property}: {value} is an IRI, and DCAT-AP wants a text. Write a text.",
    },
    "ap-node": {
        "fi": "{property}: ”{value}” on tekstiä tai nimetön, ja DCAT-AP vaatii IRIn. Anna IRI.",
        "sv": "{property}: ”{value}” är text eller anonym, och DCAT-AP kräver en IRI. Ange en IRI.",
        "en": "{property}: “{value}” is a text or has no name, and DCAT-AP wants an IRI. Give an IRI.",
    },
    "ap-iana": {
        "fi": "{property}: ”{value}” ei ole IANAn mediatyypin IRI. Anna sellainen.",
        "sv": "{property}: ”{value}” är ingen IRI av IANA:s mediatyper. Ange en sådan.",
        "en": "{property}: “{value}” is no IRI of IANA's media types. Give one of those.",
    },
    "ap-datatype": {
        "fi": "{property}: ”{value}” ei ole tyyppiä {type}. Korjaa tyyppi.",
        "sv": "{property}: ”{value}” är inte av typen {type}. Rätta typen.",
        "en": "{property}: “{value}” is not of the type {type}. Mend the type.",
    },
    "ap-class": {
        "fi": "{property}: {value} ei ole luettelossa kuvattu luokan {class} jäsenenä. Lisää sen kuvaus ja tyyppi.",
        "sv": "{property}: {value} beskrivs inte i katalogen som {class}. Lägg till beskrivningen och typen.",
        "en": "{property}: {value} is not described in the catalog as a {class}. Add its description and its type.",
    },
    "ap-scheme": {
        "fi": "{property}: {value} ei ole luettelossa {scheme}. Käytä sen IRIä ja kuvaa se (skos:inScheme).",
        "sv": "{property}: {value} är inte ur listan {scheme}. Använd en IRI ur den och beskriv den (skos:inScheme).",
        "en": "{property}: {value} is not of the list {scheme}. Use an IRI of it, and describe it (skos:inScheme).",
    },
    "shapes": {
        "fi": "Sääntöjä ei voitu tarkistaa: {problem}",
        "sv": "Reglerna kunde inte kontrolleras: {problem}",
        "en": "The rules could not be checked: {problem}",
    },
}
"""Rule → language → message with its placeholders."""
