"""Puts what a French, Swedish or Malay blank says into the English words by which meanings are drafted.

A glossary of what such forms print, not a translator: longer phrases first, words that are not in it left as they are.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from services.intake.learning.captions import Captioned
from services.intake.learning.vocabulary import plain, plain_name
from services.intake.reading.languages import without_accents

_FRENCH = """
nom de famille=last name; prenom=first name; nom complet=full name; nom=name; nom en lettres=printed name
date de naissance=date of birth; naissance=date of birth; lieu de naissance=place of birth; lieunaissance=place of birth
sexe=sex; femme=female; homme=male; feminin=female; masculin=male; age=age
numero de securite sociale=social security number; nas=ssn; citoyen=citizen
residence=residence; adresse postale=mailing address; adresse=address; rue=street; code postal=zip; codepostal=zip
ville=city; etat=state; telephone=phone; courriel=email; meilleur moment pour appeler=best time to call
profession=occupation; employeur=employer; revenu annuel=annual income; revenu=annual income; valeur nette=net worth
taille=height; poids=weight; tabac ou nicotine=tobacco; tabac=tobacco; permis de conduire=driver license
personne a assurer=insured; assure=insured; proposant=owner; titulaire=owner; payeur=payor
beneficiaire principal=primary beneficiary; beneficiaire subsidiaire=contingent beneficiary; beneficiaires=beneficiaries
beneficiaire=beneficiary; lien avec=relationship to; lien=relationship; part en=share; part=share; pourcentage=share
assurance demandee=coverage; couverture=coverage; produit=product; duree=term years; ans=years
capital assure=face amount; capital=face amount; montant de la prime=premium amount
frequence de paiement de la prime=premium mode; frequence=mode; mode de paiement=premium method; prime=premium
annuelle=annual; semestrielle=semiannual; trimestrielle=quarterly; mensuelle=monthly
assurance vie en vigueur=existing life insurance; existante=existing; en vigueur=in force; assureur=insurer
remplacera=replace; remplacement=replacement; remplacer=replace; numero de police=policy number; police=policy
signature=signature; signe a=signed at; date de signature=date signed; signatures=signatures
agent=agent; conseiller=agent; code=code; medecin=physician; questions=questions; question=question
pilote=pilot; aeronef=aircraft; coupable=convicted; crime=felony; coeur=heart; hypertension=blood pressure
cancer=cancer; tumeur=tumor; asthme=asthma; poumons=lungs; medicaments=medications; diabete=diabetes
oui=yes; non=no; et= ; de= ; du= ; des= ; la= ; le= ; les= ; l= ; d= ; a= ; au= ; jj mm aaaa=mm dd yyyy; us=
"""
_SWEDISH = """
efternamn=last name; fornamn=first name; fullstandigt namn=full name; namnfortydligande=printed name; namn=name
fodelsedatum=date of birth; fodd=date of birth; fodelseort=place of birth; kon=sex; kvinna=female; man=male; alder=age
amerikanskt socialforsakringsnummer=social security number; personnummer=ssn; medborgare=citizen
bostad=residence; gatuadress=street address; gata=street; postadress=mailing address; adress=address
postnummer=zip; postort=city; ort=city; delstat=state; telefon=phone; e post=email; epost=email
basta tid att ringa=best time to call; yrke=occupation; arbetsgivare=employer; arsinkomst=annual income
inkomst=annual income; nettoformogenhet=net worth; langd=height; vikt=weight; korkort=driver license
tobak eller nikotin=tobacco; tobak=tobacco
person som ska forsakras=insured; den forsakrades=insured; den forsakrade=insured; forsakrad=insured
agare=owner; agarens=owner; betalare=payor
primar formanstagare=primary beneficiary; sekundar formanstagare=contingent beneficiary; formanstagarens=beneficiary
formanstagare=beneficiary; relation till=relationship to; relation=relationship; andel i=share; andel=share
forsakringstid=term years; forsakringsbelopp=face amount; forsakring tid=term years; forsakring belopp=face amount
forsakring produkt=product; produkt=product; ar=years; premiens belopp=premium amount; premie belopp=premium amount
premien betalas=premium mode; betalningssatt=mode; premie=premium; forsakring=coverage
arsvis=annual; halvarsvis=semiannual; kvartalsvis=quarterly; manadsvis=monthly
har du redan en livforsakring=existing life insurance; befintlig=existing; livforsakring=life insurance
ersatter=replace; ersatts=replaced; ersattning=replacement; forsakringsgivare=insurer; forsakringsnummer=policy number
underskrifter=signatures; underskrift=signature; undertecknat i=signed at; datum for underskrift=date signed
datum=date; formedlarens=agent; formedlare=agent; kod=code; lakare=physician; fragor=questions; fraga=question
pilot=pilot; flugit=flown; domts=convicted; brott=felony; hjartsjukdom=heart; blodtryck=blood pressure
cancer=cancer; tumor=tumor; astma=asthma; lungsjukdom=lungs; lakemedel=medications; diabetes=diabetes
ja=yes; nej=no; och= ; den= ; det= ; for= ; av= ; i= ; aaaa mm dd=mm dd yyyy; usd=
"""
_MALAY = """
nama keluarga=last name; nama pertama=first name; nama penuh=full name; nama=name
tarikh lahir=date of birth; tempat lahir=place of birth; jantina=sex; perempuan=female; lelaki=male; umur=age
nombor keselamatan sosial=social security number; warganegara=citizen
alamat surat menyurat=mailing address; alamat rumah=residence street; alamat=address; jalan=street; poskod=zip
bandar=city; negeri=state; telefon=phone; e mel=email; emel=email; masa terbaik untuk menelefon=best time to call
pekerjaan=occupation; majikan=employer; pendapatan tahunan=annual income; pendapatan=annual income
tinggi=height; berat=weight; lesen memandu=driver license; tembakau atau nikotin=tobacco; tembakau=tobacco
orang yang diinsuranskan=insured; diinsuranskan=insured; pemilik=owner; pembayar=payor
benefisiari utama=primary beneficiary; benefisiari kedua=contingent beneficiary; benefisiari=beneficiary
hubungan dengan=relationship to; hubungan=relationship; bahagian=share; peratus=percent
insurans yang dipohon=coverage; tempoh insurans=term years; tempoh=term years; jumlah insurans=face amount
insurans jumlah=face amount; insurans produk=product; produk=product; amaun premium=premium amount
premium amaun=premium amount; kekerapan bayaran premium=premium mode; kekerapan=mode; premium=premium
setengah tahun=semiannual; suku tahun=quarterly; tahunan=annual; bulanan=monthly; tahun=years
insurans hayat sedia ada=existing life insurance; sedia ada=existing; sediaada=existing; menggantikan=replace
ganti=replaced; penanggung insurans=insurer; nombor polisi=policy number; insurans=insurance; polisi=policy
tarikh tandatangan=date signed; ditandatangani di=signed at; tandatangan=signature; tarikh=date
ejen=agent; kod=code; doktor=physician; soalan=question; juruterbang=pilot; disabitkan=convicted; jenayah=felony
jantung=heart; tekanan darah=blood pressure; kanser=cancer; tumor=tumor; asma=asthma; paru paru=lungs
ubat=medications; kencing manis=diabetes; ya=yes; tidak=no; dan= ; yang= ; di= ; hh bb tttt=mm dd yyyy; usd=
"""
_GLOSSARIES = {"fr": _FRENCH, "sv": _SWEDISH, "ms": _MALAY}


def in_english(field: Captioned, language: str) -> Captioned:
    """The field with all that is said of it in English words; as it is, for a language without a glossary."""
    if language not in _GLOSSARIES:
        return field
    blank = replace(field.field, name=_name(field.field.name, language), tooltip=_said(field.field.tooltip, language))
    return replace(
        field,
        field=blank,
        caption=_said(field.caption, language),
        option=_said(field.option, language),
        headings=tuple(_said(heading, language) for heading in field.headings),
    )


def _said(text: str, language: str) -> str:
    """What stands after a colon is an answer, and stays after it."""
    return ": ".join(_translated(plain(part), language) for part in text.split(":"))


def _name(name: str, language: str) -> str:
    """A field's name, its parts kept apart."""
    bare, equals, export = name.partition("=")
    parts = re.split(r"([._])", bare)
    said = (part if part in "._" else _translated(plain_name(part), language) for part in parts)
    return "".join(said) + equals + export


def _translated(text: str, language: str) -> str:
    glossary, pattern = _glossary(language)
    said = pattern.sub(lambda match: f" {glossary[match[0]]} ", without_accents(text).replace("œ", "oe"))
    return " ".join(said.split())


@cache
def _glossary(language: str) -> tuple[Mapping[str, str], re.Pattern[str]]:
    entries = (entry.partition("=") for line in _GLOSSARIES[language].splitlines() for entry in line.split(";"))
    glossary = {there.strip(): here.strip() for there, _, here in entries if there.strip()}
    longest_first = "|".join(map(re.escape, sorted(glossary, key=len, reverse=True)))
    return glossary, re.compile(rf"(?<![a-z0-9])(?:{longest_first})(?![a-z0-9])")
