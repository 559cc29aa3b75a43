"""What came in, how far it came, and when it was answered (requirements C02, C04, D01, B03)."""

from django.utils.translation import gettext_lazy as _

from deviations.learning.definitions.formula import (
    ANSWERED,
    FILED,
    FIVE_WAYS,
    LAW_LEARN,
    MEDIAN,
    NOT_COUNTED,
    NUMBER,
    PERCENT,
    STATEMENTS,
    Formula,
    count,
    days,
    share,
)

FORMULAS = (
    # what came in
    count(
        "filed",
        _("Inskickade avvikelser"),
        _(
            "Antal avvikelser, räknade i den månad de skickades in och hos det organ som ansvarar för dem. "
            "Antal mäter anmälan, inte hur ofta något händer."
        ),
        _("BL §4.7: nämnden saknade en samlad bild av antalet."),
        "filed|{scope}",
    ),
    count(
        "times",
        _("Antal gånger det hände"),
        _("En avvikelse som samlar flera likadana händelser räknas så många gånger som anmälaren angav."),
        LAW_LEARN,
        "times|{scope}",
    ),
    count(
        "excluded",
        _("Det som inte räknas"),
        _(
            "Återtagna före mottagning, prov (någon har svarat att det var en övning eller ett test), "
            "dubbletter som förts samman med en annan, och utkast."
        ),
        _("Samsyns eget krav: det som utelämnas ska synas."),
        population=_("Allt som påbörjades eller skickades in under perioden."),
    ),
    count(
        "month",
        _("Avvikelser per månad"),
        _("Antal som skickades in i varje månad, och hur många av dem som har fått svar i dag."),
        _("BL §4.5 och VL §3.1.1: nämnden följer månad, tertial och år."),
    ),
    # the way
    count(
        "reached",
        _("Så långt kom avvikelserna"),
        _(
            "Antal som har nått stationen eller någon efter den. Stationerna: inskickad, mottagen av "
            "organet, första svar, satt på dagordning, beslut, åtgärd bestämd, åtgärd genomförd, effekt "
            "bekräftad."
        ),
        _("BL §4.7: avvikelser ”leder inte alltid till något utvecklingsarbete”."),
    ),
    count(
        "station",
        _("Längst nådda station"),
        _("Varje avvikelse räknas en gång, vid den station den längst har nått."),
        _("BL §4.7."),
    ),
    count("left", _("Avslutade vid stationen"), _("Antal som är avslutade och inte kom längre än hit."), _("BL §4.7.")),
    count(
        "open",
        _("Öppna avvikelser"),
        _("Inskickade som inte är avslutade. Åldern räknas i hela månader från den månad de skickades in."),
        LAW_LEARN,
        "closing|{scope}|open",
    ),
    share(
        "closed",
        _("Avslutade"),
        _("Avslutade delat med alla inskickade. Ingen avslutas utan återkoppling till den som anmälde."),
        LAW_LEARN,
        "closing|{scope}|closed",
    ),
    # answers
    share(
        "answer_in_time",
        _("Svar i tid"),
        _(
            "Fick ett första svar (yttrande, beslut eller återkoppling) senast den dag som länets tidsgräns "
            "gav, delat med alla inskickade. Den som ännu väntar räknas alltså inte som i tid."
        ),
        _("VL rek. 1 och 4, BL §4.5: gemensamma mått saknades."),
        "answer|{scope}|in_time",
    ),
    share(
        "answered_in_time",
        _("I tid av dem som fått svar"),
        _("Första svar i tid, delat med dem som har fått ett svar."),
        _("VL rek. 1 och 4."),
        "answer|{scope}|in_time",
        "answered|{scope}",
        ANSWERED,
    ),
    share(
        "answered",
        _("Har fått ett första svar"),
        _("Har fått yttrande, beslut eller återkoppling, delat med alla inskickade. Kvittensen räknas inte."),
        LAW_LEARN,
        "answered|{scope}",
    ),
    days("days_to_answer", _("Dagar till första svar"), MEDIAN, ANSWERED, "answer|{scope}"),
    days(
        "days_to_answer_90",
        _("Nio av tio fick svar inom"),
        _("Den dag då nio av tio hade fått sitt första svar."),
        ANSWERED,
        "answer|{scope}",
        "ninety",
    ),
    days("days_to_close", _("Dagar till avslut"), MEDIAN, _("Avvikelser som är avslutade."), "closing|{scope}"),
    days(
        "days_to_close_90",
        _("Nio av tio avslutades inom"),
        _("Den dag då nio av tio var avslutade."),
        _("Avvikelser som är avslutade."),
        "closing|{scope}",
        "ninety",
    ),
    Formula(
        "receiver",
        _("Svar per mottagande huvudman"),
        _(
            "Yttranden som lämnades senast på sista dagen, lämnades senare, eller som väntar trots att "
            "sista dagen har gått. Att avböja eller lämna vidare är också ett svar."
        ),
        NUMBER,
        STATEMENTS,
        NOT_COUNTED,
        LAW_LEARN,
    ),
    Formula(
        "receiver_in_time",
        _("Yttranden i tid från en huvudman"),
        _("Lämnade i tid, delat med alla som begärts av huvudmannens verksamheter."),
        PERCENT,
        STATEMENTS,
        NOT_COUNTED,
        LAW_LEARN,
        "receiver|{scope}|{principal}|in_time",
        "receiver|{scope}|{principal}|Σ",
    ),
    Formula(
        "rejected",
        _("Nej, med skäl"),
        _(
            "Antal gånger någon svarade ”inte vårt”, lämnade över eller lämnade vidare. En avvikelse kan ha "
            "fått flera nej."
        ),
        NUMBER,
        FILED,
        NOT_COUNTED,
        _("BL §4.4: parter hänvisar till varandra."),
        "rejected|{scope}|Σ",
    ),
    share(
        "rerouted",
        _("Fick en annan mottagare"),
        _("Minst en gång överlämnad eller vidareskickad, delat med alla inskickade."),
        _("BL §4.4."),
        "rerouted|{scope}|yes",
    ),
    # the reporter
    share(
        "mode_a",
        _("A Kvittens"),
        _("Den som anmälde fick kvittens när avvikelsen skickades in."),
        FIVE_WAYS,
        "mode|{scope}|A|yes",
    ),
    share(
        "mode_b",
        _("B Snabbt första svar"),
        _("Första svar i sak i tid. Kvittensen är A, inte B."),
        FIVE_WAYS,
        "mode|{scope}|B|yes",
    ),
    share(
        "mode_c",
        _("C Frågan lyftes i gruppen"),
        _(
            "Sattes på gruppens dagordning, eller beslutades. Dagarna räknas till mötet eller beslutet, det "
            "som kom först."
        ),
        FIVE_WAYS,
        "mode|{scope}|C|yes",
    ),
    share(
        "mode_d",
        _("D Fick veta vad som gjordes"),
        _("Återkoppling till den som anmälde är lämnad. Öppnas avvikelsen igen behövs en ny."),
        FIVE_WAYS,
        "mode|{scope}|D|yes",
    ),
    share(
        "mode_e",
        _("E Något ändrades"),
        _("Minst en åtgärd är genomförd. Dagarna räknas till den första."),
        FIVE_WAYS,
        "mode|{scope}|E|yes",
    ),
    days(
        "days_mode_c",
        _("Dagar tills frågan lyftes"),
        MEDIAN,
        _("Avvikelser som har lyfts i gruppen."),
        "mode|{scope}|C",
    ),
    days(
        "days_mode_d",
        _("Dagar till återkoppling"),
        MEDIAN,
        _("Avvikelser som har fått återkoppling."),
        "mode|{scope}|D",
    ),
    days(
        "days_mode_e",
        _("Dagar tills något ändrades"),
        MEDIAN,
        _("Avvikelser med en genomförd åtgärd."),
        "mode|{scope}|E",
    ),
)
