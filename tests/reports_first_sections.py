"""The first sections of a whole report as it can look, and how its cells are written."""

from deviations.reports.content import Cell, Chart, Figure, Figures, Line, Lines, Section, Table

SMALL = Cell(text="<5", mark="hidden")
HIDDEN = Cell(text="··", mark="hidden")
NOT_ONE = Cell(text="–")


def number(value, heat=0):
    return Cell(text=f"{value:,}".replace(",", "\u00a0"), value=value, mark="number", heat=heat)


def share(value):
    return Cell(text=f"{value}\u00a0%", value=value, mark="number")


def text(words):
    return Cell(text=words)


FIRST_PAGE = Section(
    id="first_page",
    title="Det viktigaste",
    columns=True,
    blocks=(
        Lines(
            id="hurts",
            title="Det som drabbar mest",
            lines=(
                Line(lead="Mellan två stolar", text="Två parter hänvisade till varandra.", count=number(74)),
                Line(lead="Kallad part kom inte", text="SIP-mötet fick göras om.", count=number(61)),
                Line(lead="Läkemedelslista", text="Listan följde inte med hem.", count=SMALL),
            ),
        ),
        Lines(
            id="decided",
            title="Det som beslutats",
            lines=(
                Line(
                    lead="Bevakad adress för SIP-kallelser.",
                    text="Antaget av alla sex huvudmän.",
                    state="Effekt bekräftad",
                    tone="good",
                ),
                Line(
                    lead="Vem utreder dyslexi.",
                    text="Arbetsgruppen lämnar förslag i juni.",
                    state="Åtgärd pågår",
                    tone="going",
                ),
                Line(
                    lead="Läkemedelslistan följer med hem.",
                    text="Två huvudmän har inte svarat.",
                    state="Försenad sedan november",
                    tone="late",
                ),
            ),
        ),
        Lines(
            id="asks",
            title="Regionchefsgruppen ombeds",
            numbered=True,
            lines=(
                Line(text="Ersätt länsavtalet före 1 juli. Det åberopades 71 gånger trots att det gått ut."),
                Line(text="Låt LSVO besluta om tillfälligt ansvar när parter tvistar."),
                Line(text="Säkra åtta möten i Samverkansgrupp Barn och unga. I år hölls sex."),
            ),
            empty="Inget begärs.",
        ),
    ),
)

STATIONS = ("Inskickade", "Hos ett organ", "Svar lämnat", "På dagordning", "Beslut", "Åtgärd klar", "Effekt bekräftad")
REACHED = (412, 412, 346, 204, 187, 121, 58)

WAY = Section(
    id="way",
    title="204 av 412 når ett möte, 58 når hela vägen",
    deck="Vägen för de 412 avvikelser som kom in 2022. Bandets tjocklek är antalet.",
    blocks=(
        Chart(
            id="way",
            form="flow",
            title="Vägen 2022: hur långt avvikelserna kom",
            words="412 inskickade, 346 med svar, 204 på dagordning, 187 beslutade, 121 åtgärder klara, 58 med "
            "bekräftad effekt.",
            labels=STATIONS,
            names=("Nådde hit", "Lösta på plats", "Väntar", "Klara med svaret", "Lyfta till LSVO", "Åtgärd pågår"),
            series=(
                tuple(float(n) for n in REACHED),
                (None, 41.0, None, None, None, None, None),
                (None, 25.0, 30.0, None, 66.0, 63.0, None),
                (None, None, 112.0, None, None, None, None),
                (None, None, None, 17.0, None, None, None),
                (None, None, None, None, None, None, None),
            ),
            table=Table(
                id="way.table",
                title="Vägen",
                measures=("reached",),
                head=("Station", "Nådde hit", "Gick inte vidare", "Varför"),
                rows=tuple(
                    (text(name), number(at), number(at - after) if after is not None else text(""), text(why))
                    for name, at, after, why in zip(
                        STATIONS,
                        REACHED,
                        (*REACHED[1:], None),
                        (
                            "", "41 lösta på plats, 25 väntar", "112 klara med svaret, 30 väntar", "17 lyfta till LSVO",
                            "66 väntar", "63 väntar", "",
                        ),
                        strict=True,
                    )
                ),
            ),
        ),
    ),
)  # fmt: skip

FLOW = Section(
    id="flow",
    title="Svaret dröjer 9 dagar eller mer för hälften",
    deck="Mottagna, besvarade och öppna.",
    blocks=(
        Figures(
            id="flow",
            figures=(
                Figure(label="Mottagna", cell=number(412), measure="filed"),
                Figure(label="Svar i tid", cell=share(72), beside="298 av 412", measure="answered_in_time"),
                Figure(
                    label="Tid till första svar",
                    cell=Cell(text="9 dagar", value=9, mark="number"),
                    beside="mellan 8 och 11 med 95 % säkerhet, nio av tio inom 31 dagar",
                    measure="days_to_answer",
                ),
                Figure(label="Avvisade", cell=SMALL, measure="rejected"),
            ),
        ),
        Table(
            id="open",
            title="Öppna, efter ålder",
            measures=("open",),
            head=("Skickades in", "Öppna"),
            rows=(
                (text("Den här månaden eller förra"), number(31)),
                (text("För 2–3 månader sedan"), number(12)),
                (text("För 4–6 månader sedan"), SMALL),
                (text("För 7 månader sedan eller mer"), HIDDEN),
            ),
            foot=(text("Summa"), number(52)),
        ),
    ),
)

PRINCIPALS = ("Region Blekinge", "Karlskrona", "Ronneby", "Karlshamn", "Sölvesborg", "Olofström", "Privata")
MATRIX = (
    (22, 18, 10, 12, 7, 6, 5, 80),
    (92, "–", 0, 0, 0, 0, 7, 99),
    (54, 5, "–", 0, 0, "<5", "<5", 64),
    (61, 0, 0, "–", 8, "<5", "<5", 74),
    (33, 0, 0, "<5", "–", 0, "··", 43),
    (27, 0, 0, "··", 0, "–", "··", 41),
    (6, 5, 0, 0, 0, 0, "–", 11),
)


def _matrix_cell(value, at):
    known = {"–": NOT_ONE, "<5": SMALL, "··": HIDDEN}
    if value in known:
        return known[value]
    return number(value, 0 if at == 7 or value == 0 else min(4, 1 + value // 25))


DIRECTIONS = Section(
    id="directions",
    title="295 av 412 gäller Region Blekinge",
    deck="Vem som anmält vem. Antal mäter anmälan, inte hur ofta något händer: en hög siffra kan betyda att man är bra "
    "på att anmäla.",
    blocks=(
        Table(
            id="directions",
            title="Vem som anmält vem",
            deck="Rad: den som anmält. Kolumn: den det gäller. Antal avvikelser.",
            measures=("direction",),
            head=("Anmäld av", *PRINCIPALS, "Summa"),
            rows=tuple(
                (text(name), *(_matrix_cell(value, at) for at, value in enumerate(row)))
                for name, row in zip(PRINCIPALS, MATRIX, strict=True)
            ),
            foot=(text("Summa"), *(number(n) for n in (295, 28, 10, 22, 15, 11, 31, 412))),
            wide=True,
            note="<5 och ·· är dolda så att ingen kan kännas igen eller räknas fram. – ingår inte.",
        ),
    ),
)
