"""What Aldermoor's short application says in French, Swedish and Malay."""

from collections.abc import Mapping
from dataclasses import dataclass

from samples.blanks.description import AskedQuestion as Q


@dataclass(frozen=True)
class Words:
    """One language's form; fields as ``(name in the blank, what is printed)``, by the last part of what they mean."""

    number: str
    title: str
    subtitle: str
    lead: str
    sections: tuple[str, ...]
    insured: Mapping[str, tuple[str, str]]
    sexes: tuple[str, str]
    """Female, male."""
    rows: Mapping[str, tuple[str, str]]
    """Of the table of beneficiaries: name of the column's fields, and its head."""
    primary: str
    contingent: str
    coverage: Mapping[str, tuple[str, str]]
    years: str
    modes: tuple[str, ...]
    """Annual, semi-annual, quarterly, monthly."""
    existing: Mapping[str, tuple[str, str]]
    lifestyle: tuple[Q, ...]
    medical: tuple[Q, ...]
    declaration: str
    signing: Mapping[str, tuple[str, str]]
    agent: Mapping[str, tuple[str, str]]


FRENCH = Words(
    number="ALD-TL-210-FR",
    title="Demande d’assurance vie temporaire",
    subtitle="Demande abrégée, en français",
    lead="Veuillez écrire en lettres d’imprimerie. Dates : jour, mois, année. Montants en dollars américains.",
    sections=("Personne à assurer", "Bénéficiaires", "Assurance demandée", "Questions", "Signatures", "Agent"),
    insured={
        "last_name": ("Assure_Nom", "Nom de famille"),
        "first_name": ("Assure_Prenom", "Prénom"),
        "date_of_birth": ("Assure_Naissance", "Date de naissance (jj/mm/aaaa)"),
        "birthplace": ("Assure_LieuNaissance", "Lieu de naissance"),
        "sex": ("Assure_Sexe", "Sexe"),
        "ssn": ("Assure_NAS", "Numéro de sécurité sociale"),
        "street": ("Assure_Rue", "Résidence : rue et numéro"),
        "zip": ("Assure_CodePostal", "Code postal"),
        "city": ("Assure_Ville", "Ville"),
        "state": ("Assure_Etat", "État"),
        "phone": ("Assure_Telephone", "Téléphone"),
        "email": ("Assure_Courriel", "Courriel"),
        "best_time_to_call": ("Assure_Heure", "Meilleur moment pour appeler"),
        "occupation": ("Assure_Profession", "Profession"),
        "annual_income": ("Assure_Revenu", "Revenu annuel ($ US)"),
        "tobacco": ("Assure_Tabac", "Tabac ou nicotine au cours des 5 dernières années ?"),
    },
    sexes=("Femme", "Homme"),
    rows={
        "name": ("Nom", "Nom complet"),
        "relationship": ("Lien", "Lien avec l’assuré"),
        "date_of_birth": ("Naissance", "Date de naissance"),
        "share": ("Part", "Part en %"),
    },
    primary="Bénéficiaire principal",
    contingent="Bénéficiaire subsidiaire",
    coverage={
        "product": ("Couverture_Produit", "Produit"),
        "term_years": ("Couverture_Duree", "Durée"),
        "face_amount": ("Couverture_Capital", "Capital assuré ($ US)"),
        "mode": ("Prime_Frequence", "Fréquence de paiement de la prime"),
        "modal_amount": ("Prime_Montant", "Montant de la prime ($ US)"),
    },
    years="ans",
    modes=("Annuelle", "Semestrielle", "Trimestrielle", "Mensuelle"),
    existing={
        "has_existing": ("Existante_EnVigueur", "Avez-vous une assurance vie en vigueur ?"),
        "replacing": ("Existante_Remplacement", "Cette assurance en remplacera-t-elle une autre ?"),
    },
    lifestyle=(
        Q("aviation", "1", "Avez-vous piloté un aéronef au cours des 3 dernières années ?", "flying"),
        Q("felony", "2", "Avez-vous été reconnu coupable d’un crime ?", "criminal record"),
    ),
    medical=(
        Q("heart", "3", "Avez-vous eu une maladie du cœur ou de l’hypertension ?", "heart or circulation"),
        Q("cancer", "4", "Avez-vous eu un cancer ou une tumeur ?", "cancer"),
        Q("lungs", "5", "Avez-vous eu de l’asthme ou une maladie des poumons ?", "lungs or breathing"),
        Q("medication", "6", "Prenez-vous des médicaments ?", "medication", False),
    ),
    declaration="Je déclare que mes réponses sont vraies et complètes. L’assurance commence avec la remise de la "
    "police et le paiement de la première prime.",
    signing={
        "insured": ("Signature_Assure", "Signature de l’assuré"),
        "agent": ("Signature_Agent", "Signature de l’agent"),
        "signed_on": ("Date", "Date de signature (jj/mm/aaaa)"),
        "city": ("Ville", "Signé à (ville)"),
        "state": ("Etat", "État"),
    },
    agent={
        "agent_name": ("Agent_Nom", "Nom de l’agent"),
        "agent_code": ("Agent_Code", "Code de l’agent"),
    },
)

SWEDISH = Words(
    number="ALD-TL-210-SV",
    title="Ansökan om tidsbegränsad livförsäkring",
    subtitle="Kort ansökan på svenska",
    lead="Texta tydligt. Datum: år, månad, dag. Belopp i amerikanska dollar.",
    sections=("Person som ska försäkras", "Förmånstagare", "Försäkring", "Frågor", "Underskrifter", "Förmedlare"),
    insured={
        "last_name": ("Forsakrad_Efternamn", "Efternamn"),
        "first_name": ("Forsakrad_Fornamn", "Förnamn"),
        "date_of_birth": ("Forsakrad_Fodelsedatum", "Födelsedatum (åååå-mm-dd)"),
        "birthplace": ("Forsakrad_Fodelseort", "Födelseort"),
        "sex": ("Forsakrad_Kon", "Kön"),
        "ssn": ("Forsakrad_SSN", "Amerikanskt socialförsäkringsnummer"),
        "street": ("Forsakrad_Gata", "Bostad: gatuadress"),
        "zip": ("Forsakrad_Postnummer", "Postnummer"),
        "city": ("Forsakrad_Ort", "Postort"),
        "state": ("Forsakrad_Delstat", "Delstat"),
        "phone": ("Forsakrad_Telefon", "Telefon"),
        "email": ("Forsakrad_Epost", "E-post"),
        "best_time_to_call": ("Forsakrad_Tid", "Bästa tid att ringa"),
        "occupation": ("Forsakrad_Yrke", "Yrke"),
        "annual_income": ("Forsakrad_Inkomst", "Årsinkomst (USD)"),
        "tobacco": ("Forsakrad_Tobak", "Tobak eller nikotin under de senaste 5 åren?"),
    },
    sexes=("Kvinna", "Man"),
    rows={
        "name": ("Namn", "Fullständigt namn"),
        "relationship": ("Relation", "Relation till den försäkrade"),
        "date_of_birth": ("Fodelsedatum", "Födelsedatum"),
        "share": ("Andel", "Andel i %"),
    },
    primary="Primär förmånstagare",
    contingent="Sekundär förmånstagare",
    coverage={
        "product": ("Forsakring_Produkt", "Produkt"),
        "term_years": ("Forsakring_Tid", "Försäkringstid"),
        "face_amount": ("Forsakring_Belopp", "Försäkringsbelopp (USD)"),
        "mode": ("Premie_Betalningssatt", "Premien betalas"),
        "modal_amount": ("Premie_Belopp", "Premiens belopp (USD)"),
    },
    years="år",
    modes=("Årsvis", "Halvårsvis", "Kvartalsvis", "Månadsvis"),
    existing={
        "has_existing": ("Befintlig_Finns", "Har du redan en livförsäkring?"),
        "replacing": ("Befintlig_Ersatts", "Ersätter denna försäkring en annan?"),
    },
    lifestyle=(
        Q("aviation", "1", "Har du flugit som pilot under de senaste 3 åren?", "flying"),
        Q("felony", "2", "Har du dömts för ett allvarligt brott?", "criminal record"),
    ),
    medical=(
        Q("heart", "3", "Har du haft en hjärtsjukdom eller högt blodtryck?", "heart or circulation"),
        Q("cancer", "4", "Har du haft cancer eller en tumör?", "cancer"),
        Q("lungs", "5", "Har du haft astma eller en lungsjukdom?", "lungs or breathing"),
        Q("medication", "6", "Tar du några läkemedel?", "medication", False),
    ),
    declaration="Jag försäkrar att mina svar är sanna och fullständiga. Försäkringen börjar när försäkringsbrevet har "
    "lämnats över och den första premien är betald.",
    signing={
        "insured": ("Underskrift_Forsakrad", "Den försäkrades underskrift"),
        "agent": ("Underskrift_Formedlare", "Förmedlarens underskrift"),
        "signed_on": ("Datum", "Datum för underskrift (åååå-mm-dd)"),
        "city": ("Ort", "Undertecknat i (ort)"),
        "state": ("Delstat", "Delstat"),
    },
    agent={
        "agent_name": ("Formedlare_Namn", "Förmedlarens namn"),
        "agent_code": ("Formedlare_Kod", "Förmedlarens kod"),
    },
)

MALAY = Words(
    number="ALD-TL-210-MS",
    title="Permohonan Insurans Hayat Bertempoh",
    subtitle="Borang ringkas dalam Bahasa Melayu",
    lead="Sila tulis dengan huruf cetak. Tarikh: hari, bulan, tahun. Amaun dalam dolar Amerika.",
    sections=("Orang yang diinsuranskan", "Benefisiari", "Insurans yang dipohon", "Soalan", "Tandatangan", "Ejen"),
    insured={
        "last_name": ("Diinsuranskan_NamaKeluarga", "Nama keluarga"),
        "first_name": ("Diinsuranskan_NamaPertama", "Nama pertama"),
        "date_of_birth": ("Diinsuranskan_TarikhLahir", "Tarikh lahir (hh/bb/tttt)"),
        "birthplace": ("Diinsuranskan_TempatLahir", "Tempat lahir"),
        "sex": ("Diinsuranskan_Jantina", "Jantina"),
        "street": ("Diinsuranskan_Jalan", "Alamat rumah"),
        "zip": ("Diinsuranskan_Poskod", "Poskod"),
        "city": ("Diinsuranskan_Bandar", "Bandar"),
        "phone": ("Diinsuranskan_Telefon", "Telefon"),
        "email": ("Diinsuranskan_Emel", "E-mel"),
        "best_time_to_call": ("Diinsuranskan_Masa", "Masa terbaik untuk menelefon"),
        "occupation": ("Diinsuranskan_Pekerjaan", "Pekerjaan"),
        "annual_income": ("Diinsuranskan_Pendapatan", "Pendapatan tahunan (USD)"),
        "tobacco": ("Diinsuranskan_Tembakau", "Tembakau atau nikotin dalam 5 tahun yang lalu?"),
    },
    sexes=("Perempuan", "Lelaki"),
    rows={
        "name": ("Nama", "Nama penuh"),
        "relationship": ("Hubungan", "Hubungan dengan orang yang diinsuranskan"),
        "date_of_birth": ("TarikhLahir", "Tarikh lahir"),
        "share": ("Bahagian", "Bahagian %"),
    },
    primary="Benefisiari utama",
    contingent="Benefisiari kedua",
    coverage={
        "product": ("Insurans_Produk", "Produk"),
        "term_years": ("Insurans_Tempoh", "Tempoh insurans"),
        "face_amount": ("Insurans_Jumlah", "Jumlah insurans (USD)"),
        "mode": ("Premium_Kekerapan", "Kekerapan bayaran premium"),
        "modal_amount": ("Premium_Amaun", "Amaun premium (USD)"),
    },
    years="tahun",
    modes=("Tahunan", "Setengah tahun", "Suku tahun", "Bulanan"),
    existing={
        "has_existing": ("SediaAda_Berkuat", "Adakah anda mempunyai insurans hayat sedia ada?"),
        "replacing": ("SediaAda_Ganti", "Adakah insurans ini akan menggantikan yang lain?"),
    },
    lifestyle=(
        Q("aviation", "1", "Adakah anda pernah menjadi juruterbang dalam 3 tahun yang lalu?", "flying"),
        Q("felony", "2", "Adakah anda pernah disabitkan dengan jenayah?", "criminal record"),
    ),
    medical=(
        Q("heart", "3", "Adakah anda pernah sakit jantung atau tekanan darah tinggi?", "heart or circulation"),
        Q("cancer", "4", "Adakah anda pernah menghidap kanser atau tumor?", "cancer"),
        Q("lungs", "5", "Adakah anda pernah menghidap asma atau penyakit paru-paru?", "lungs or breathing"),
        Q("medication", "6", "Adakah anda mengambil ubat?", "medication", False),
    ),
    declaration="Saya mengaku bahawa jawapan saya adalah benar dan lengkap. Insurans bermula apabila polisi diserahkan "
    "dan premium pertama dibayar.",
    signing={
        "insured": ("Tandatangan_Diinsuranskan", "Tandatangan orang yang diinsuranskan"),
        "agent": ("Tandatangan_Ejen", "Tandatangan ejen"),
        "signed_on": ("Tarikh", "Tarikh tandatangan (hh/bb/tttt)"),
        "city": ("Bandar", "Ditandatangani di (bandar)"),
    },
    agent={
        "agent_name": ("Ejen_Nama", "Nama ejen"),
        "agent_code": ("Ejen_Kod", "Kod ejen"),
    },
)

WORDS = {"fr": FRENCH, "sv": SWEDISH, "ms": MALAY}
