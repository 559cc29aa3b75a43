"""A whole report as it can look: every kind of block, hidden cells, a withheld table, and an author's own words."""

from datetime import UTC, date, datetime

from deviations.reports.content import (
    Case,
    Chart,
    Content,
    Definition,
    Mark,
    Revision,
    Section,
    Table,
    Text,
)
from tests.reports_first_sections import (
    DIRECTIONS,
    FIRST_PAGE,
    FLOW,
    HIDDEN,
    SMALL,
    WAY,
    number,
    share,
    text,
)


def content(**changed):
    return Content(
        **{
            "template": "lsvo_year",
            "title": "Vad Blekinge lärde 2022",
            "subtitle": "Årsrapport om avvikelser i samverkan från Ledningssamverkan Vård och Omsorg (LSVO) till "
            "Regionchefsgruppen",
            "standfirst": "412 avvikelser anmäldes. De flesta gällde att någon inte kom, inte svarade eller inte "
            "visste att uppgiften var deras. Det avtal som åberopas mest har inte gällt sedan 2020.",
            "county": "Blekinge län",
            "body": "Ledningssamverkan Vård och Omsorg",
            "first": date(2022, 1, 1),
            "last": date(2022, 12, 31),
            "period": "2022",
            "cut_off": datetime(2023, 1, 31, 22, 59, 59, tzinfo=UTC),
            "snapshot": "S-2022-BL-07",
            "threshold": 5,
            "demo": True,
            "sections": (
                FIRST_PAGE, WAY, FLOW, DIRECTIONS, SERIES, FEEDBACK, AGREEMENTS, BREAKDOWN, AUTHOR, CASES, ABOUT
            ),
            "definitions": DEFINITIONS,
            "excluded": "Återtagna (18) och dubbletter (··) räknas inte någon annanstans.",
            "revisions": (
                Revision(number=1, on=date(2023, 2, 6), reason=""),
                Revision(number=2, on=date(2023, 3, 1), reason="Karlshamns namn var felskrivet."),
            ),
            **changed,
        }
    )  # fmt: skip


MONTHS = tuple(f"{year}-{month:02}" for year in (2021, 2022) for month in range(1, 13))
ABSENT = (21, 22, 25, 28, 21, 17, 25, 19, 20, 26, 24, 21, 20, 26, 23, 20, 13, 13, 8, 12, 11, 10, None, 11)

SERIES = Section(
    id="series",
    title="Färre uteblivna från SIP-möten sedan kallelsen fick en bevakad adress",
    deck="Andel planerade SIP-möten där minst en kallad part uteblev, per månad.",
    blocks=(
        Chart(
            id="series",
            form="run",
            title="Andel SIP-möten där kallad part uteblev",
            words="Seriediagram januari 2021 till december 2022. Medianen var 22 procent före beslutet 4 april 2022. "
            "Därefter ligger 9 månader i rad under medianen.",
            unit="%",
            labels=MONTHS,
            names=("Andel",),
            series=(tuple(None if value is None else float(value) for value in ABSENT),),
            median=22.0,
            frozen_at="2022-03",
            rule="Längsta svit 9 (gräns 8), korsningar 8 (minst 7 väntade), Anhøjs regler, n = 23. Medianen är "
            "fryst före beslutet.",
            marks=(
                Mark(at="2022-04", text="4 april: beslut om bevakad adress för kallelser"),
                Mark(at="2022-05", text="2 maj: infört på båda mottagningarna"),
            ),
            table=Table(
                id="series.table",
                title="Uteblivna per månad",
                measures=("sip_absent",),
                head=("Månad", "Andel"),
                rows=tuple(
                    (text(month), SMALL if value is None else share(value))
                    for month, value in zip(MONTHS, ABSENT, strict=True)
                ),
            ),
        ),
    ),
)

MODES = (
    "A Kvittens", "B Snabbt första svar", "C Frågan lyftes i gruppen", "D Fick veta vad som gjordes", "E Något ändrades"
)  # fmt: skip

FEEDBACK = Section(
    id="feedback",
    title="Fler får veta vad som gjordes",
    deck="Andel anmälare som fick återkoppling, och mediantid dit. Strecket visar 2021.",
    blocks=(
        Chart(
            id="feedback",
            form="shares",
            title="Återkoppling till den som anmält",
            words="A Kvittens 100 procent, förra året 98. D Fick veta vad som gjordes 64 procent, förra året 38.",
            unit="%",
            labels=MODES,
            names=("2022",),
            series=((100.0, 72.0, 50.0, 64.0, None),),
            compare=(98.0, 61.0, 47.0, 38.0, None),
            table=Table(
                id="feedback.table",
                title="Återkoppling",
                measures=("mode_a", "mode_b", "mode_c", "mode_d", "mode_e"),
                head=("Återkoppling", "Antal", "2022", "2021", "Mediantid"),
                rows=(
                    (text(MODES[0]), number(412), share(100), share(98), text("samma dag")),
                    (text(MODES[1]), number(298), share(72), share(61), text("9 dagar")),
                    (text(MODES[2]), number(204), share(50), share(47), text("24 dagar")),
                    (text(MODES[3]), number(263), share(64), share(38), text("33 dagar")),
                    (text(MODES[4]), SMALL, HIDDEN, HIDDEN, HIDDEN),
                ),
            ),
        ),
    ),
)

AGREEMENTS = Section(
    id="agreements",
    title="Det mest åberopade avtalet gäller inte längre",
    deck="Antal avvikelser 2022 som hänvisar till avtalet.",
    blocks=(
        Table(
            id="agreements",
            title="Avtal som åberopas",
            measures=("cited",),
            head=("Avtal", "Läge", "Antal"),
            rows=(
                (text("Länsövergripande samverkansavtal"), text("Gick ut 31 december 2020"), number(71, 4)),
                (text("Primärvård–BUP, under 18 år"), text("Från 2012, utan slutdag"), number(34, 2)),
                (text("Överenskommelse om regional samverkan"), text("Gäller"), number(6, 1)),
            ),
        ),
    ),
)

BREAKDOWN = Section(
    id="breakdown",
    title="Kategorier, målgrupper och kommuner",
    deck="Antal mäter anmälan, inte hur ofta något händer.",
    columns=True,
    blocks=(
        Chart(
            id="category",
            form="bars",
            title="Kategorier",
            words="Mellan två stolar 74, kallad part kom inte 61, färre än 5 om läkemedelslista.",
            labels=("Mellan två stolar", "Kallad part kom inte", "Läkemedelslista"),
            names=("Antal",),
            series=((74.0, 61.0, None),),
            table=Table(
                id="category.table",
                title="Kategorier",
                measures=("category",),
                head=("Kategori", "Antal", "Andel"),
                rows=(
                    (text("Mellan två stolar"), number(74), share(18)),
                    (text("Kallad part kom inte"), number(61), share(15)),
                    (text("Läkemedelslista"), SMALL, HIDDEN),
                ),
            ),
        ),
        Table(
            id="municipality",
            title="Kommuner",
            measures=("municipality",),
            head=("Kommun", "Antal"),
            rows=(),
            withheld="Tabellen visas inte. Så få avvikelser skulle gå att känna igen eller räkna fram.",
        ),
    ),
)

AUTHOR = Section(
    id="author",
    title="Gruppens egna ord",
    blocks=(
        Text(
            id="author",
            paragraphs=("Året präglades av att kallelserna fick en bevakad adress.", "Arbetet fortsätter."),
            author=True,
        ),
    ),
)

CASES = Section(
    id="cases",
    title="Tre fall att lära av",
    blocks=(
        Case(
            id="case1",
            title="Kallelsen som ingen läste",
            happened="En kallelse till SIP gick till en brevlåda som ingen bevakade. Mötet fick göras om.",
            learning="Varje enhet har nu en bevakad adress med två som läser.",
        ),
    ),
)

ABOUT = Section(
    id="definitions",
    title="Så är siffrorna gjorda",
    deck="Varje nämnds exemplar visar samma tal.",
    blocks=(
        Text(
            id="definitions",
            title="Dolda tal",
            paragraphs=("1–4 visas som <5. Fler celler (··) döljs så att summorna aldrig avslöjar dem.",),
        ),
    ),
)

DEFINITIONS = (
    Definition(
        id="filed",
        name="Mottagna",
        formula="antal inskickade",
        unit="avvikelser",
        population="inskickade under perioden",
        exclusions="utkast, återtagna, tester och dubbletter",
        source="SOSFS 2011:9",
    ),
    Definition(
        id="days_to_answer",
        name="Tid till första svar",
        formula="median av dagar från inskickad till första svar i sak",
        unit="kalenderdagar",
        population="besvarade av dem som skickades in under perioden",
        exclusions="automatisk kvittens räknas inte som svar",
        source="Granskning av samverkan kring barn och unga, Region Blekinge 2022, 4.7",
    ),
)
