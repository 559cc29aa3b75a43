"""VL-01 from the third absence to "it helped": BUP is called to SIP meetings and does not come (Värmland, 2024).

Vera files on her phone, Cecilia lifts the pattern, the steering group that may only recommend stands behind it, two of
the county's seventeen principals decline, and what was agreed is carried out, checked and answered for.
Requirements B03, B05, B06, C01, C02, I02, L01.
"""

import json
import re
import time
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from frontend.dates import day
from tests.browser.stories import DESK, PHONE, SOON, Watched, file_deviation, person, story  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.engines]

HAPPENED = "BUP uteblev från SIP-mötet för tredje gången under läsåret."
RECOMMENDED = "Varje mottagning utser en ersättare som kommer när den kallade inte kan."
ANSWER = "BUP skickar en ersättare sedan januari, och alla kallade har kommit sedan dess."
# Two earlier ones, each from a school of its own and received long ago.
EARLIER = """
import json
from datetime import timedelta
from deviations import clock
from deviations.services import handling
from deviations.services.filing import file
from deviations.services.form import Filing
from orgs.models import User
from tests.cast import unit
def filed(days, who, key, happened):
    by, cecilia = (User.objects.get(email=f"{name}@example.se") for name in (who, "cecilia"))
    with clock.at(clock.now() - timedelta(days=days)):
        deviation = file(Filing(
            reporting_unit=unit("varmland", key), receiving_units=(unit("varmland", "rv-bup-1"),),
            occurred_on=clock.today(), category="sip/called_party_absent", age=9, happened=happened), by=by)
        handling.receive(deviation, by=cecilia)
    return str(deviation.public_id)
print(json.dumps([
    filed(150, "vilma", "1780-elevhalsan", "BUP var kallade till SIP-mötet och kom inte."),
    filed(60, "valter", "1715-elevhalsan", "SIP-mötet fick ställas in när BUP inte kom."),
]))
"""
OTHERS_ADOPT = """
from deviations.models import Adoption
from deviations.services.adopting import answer_adoption
from orgs.models import User
for adoption in Adoption.objects.filter(answer="waiting").exclude(principal__name__in=["Eda kommun", "Hagfors kommun"]):
    by = User.objects.get(email=f"svarar-{adoption.principal.key}@example.se")
    answer_adoption(adoption, answer="adopted", by=by)
"""
KEYS = """
import json
from orgs.models import Organisation
roots = Organisation.objects.filter(county__slug="varmland", parent=None, kind__in=["region", "municipality"])
print(json.dumps({root.name: f"svarar-{root.key}" for root in roots}))
"""
BROKEN = """
import json
from deviations.history import verify
from deviations.models import Deviation
print(json.dumps([verify(each) for each in Deviation.objects.order_by("pk")]))
"""


@pytest.fixture
def earlier(story):  # noqa: F811
    return [f"/avvikelse/{public_id}/" for public_id in json.loads(story.python(EARLIER))]


def test_the_third_absence_becomes_a_recommendation_that_two_decline_and_a_measure_that_helps(
    story, person, earlier  # noqa: F811
):  # fmt: skip
    cecilia, nils = person("cecilia", DESK), person("nils", DESK)
    desk = _open(cecilia, "Arbetsbord", DESK)
    inbox = _open(nils, "Styrning", DESK)

    # Vera files the third absence
    vera = person("vera", PHONE)
    third = file_deviation(
        vera, happened=HAPPENED, about="bup mott", about_button="^BUP mottagning 1", age=10,
        kind="SIP: kallad part kom inte",
    )  # fmt: skip
    phone = Watched(vera)
    phone.reads("Hos Samverkansgrupp Barnalivet")
    everyone = [third, *earlier]
    numbers = [_number(vera, third)]

    # Cecilia, whose desk is open, gets it, and is told that it recurs
    desk.reads("ta emot")
    cecilia.locator(f"a[href='{third}']").first.click()
    expect(cecilia.locator("main")).to_contain_text("Återkommer")
    cecilia.get_by_role("button", name="Ta emot").click()
    expect(cecilia.locator(".messages")).to_contain_text("Mottagen.")
    phone.reads("Samverkansgrupp Barnalivet bereder den.")
    expect(cecilia.get_by_role("heading", name="Tredje gången på ett år")).to_be_visible()
    cecilia.get_by_role("link", name="Lyft som mönster").click()
    expect(cecilia.get_by_role("checkbox")).to_have_count(3)
    expect(cecilia.get_by_role("checkbox", name="Elevhälsan, Kils kommun")).to_be_checked()
    expect(cecilia.get_by_role("radio", name="Ett mönster som återkommer")).to_be_checked()
    cecilia.get_by_label("Rubrik").fill("BUP kommer inte till SIP-möten")
    cecilia.get_by_label("Vad behöver det styrande organet ta ställning till?").fill(
        "Tre gånger på ett år har kallad mottagning uteblivit. Vem kommer när den kallade inte kan?"
    )
    cecilia.get_by_role("button", name="Lyft tillsammans").click()
    expect(cecilia.locator(".messages")).to_contain_text("Lyft tillsammans")

    # Nils sees it come, and that his group may only recommend
    inbox.reads("BUP kommer inte till SIP-möten")
    phone.reads("Lyft till Beredningsgruppen för Nya Perspektiv")
    nils.get_by_role("link", name="BUP kommer inte till SIP-möten").click()
    lifted = re.sub("^.*?(/styrning/.*)$", r"\1", nils.url)
    expect(nils.locator("tbody tr")).to_have_count(3)
    expect(nils.get_by_role("link", name="Besluta")).to_have_count(0)
    nils.get_by_role("link", name="Ställ er bakom").click()
    nils.get_by_label("Vad ställer ni er bakom?").fill(RECOMMENDED)
    nils.get_by_role("button", name="Ställ er bakom").click()
    expect(nils.locator("main")).to_contain_text("Rekommendation")
    phone.reads(RECOMMENDED)
    phone.reads("Rekommendation")
    phone.reads("Frågan är behandlad.")
    assert not re.search("beslutat|beslutad", vera.locator("#vagen").inner_text().lower())

    # the seventeen principals are asked
    nils.get_by_role("link", name="Fråga huvudmännen").click()
    expect(nils.get_by_role("checkbox", name="Extern utredare NP-utredning")).not_to_be_checked()
    nils.get_by_role("button", name="Fråga huvudmännen").click()
    expect(nils.locator(".messages")).to_contain_text("Huvudmännen har fått frågan.")
    nils.goto(lifted)
    table = Watched(nils)
    table.reads("0 av 17 inför det. 17 har inte svarat.")
    _principals_answer(story, person, table, everyone, lifted)
    phone.reads("15 av 17 inför det. 2 inför det inte.")

    # strangers know nothing of it
    for stranger in (person("bo"), person("ragnhild")):
        for address in (third, lifted, *earlier):
            assert stranger.goto(address).status == 404, address

    # BUP carries the measure out, and its effect is checked twice
    britta = person("britta", DESK)
    _measure(cecilia, britta, phone, third)

    # feedback to all three, each of whom answers
    for address in everyone:
        cecilia.goto(address)
        cecilia.get_by_role("link", name="Återkoppla").first.click()
        cecilia.get_by_label("Svar till den som anmälde").fill(ANSWER)
        cecilia.locator("main form button[type=submit]").last.click()
        expect(cecilia.locator(".messages")).to_contain_text("Svaret har nått den som anmälde.")
    phone.reads("Hjälpte det?")
    letters = {name: _letter(story, name, "Du har fått svar") for name in ("vera", "vilma", "valter")}
    assert numbers[0] in letters["vera"]["Subject"]
    assert not any(words in letter.get_content() for letter in letters.values() for words in ("BUP", "SIP", ANSWER))
    cecilia.goto(earlier[0])
    page = Watched(cecilia)
    _answers_from_the_letter(person, letters["vilma"])
    page.reads("Svarade att det hjälpte")
    vera.locator("#vagen").get_by_role("button", name="Ja").click()
    expect(vera.locator("main")).to_contain_text("Tack för ditt svar.")
    assert json.loads(story.python(BROKEN)) == [None, None, None]


def _open(page, name, size):
    """As a person finds it: by the menu."""
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    expect(page.locator("[data-live]").first).to_have_text("Uppdateras direkt", timeout=SOON)
    return Watched(page)


def _number(page, address):
    return re.search(r"20\d\d-\d{4}", page.locator("main").inner_text()).group()


def _letter(story, first_name, subject):  # noqa: F811
    """The only one of that subject, which has come or comes soon."""
    deadline = time.monotonic() + SOON / 1000
    while True:
        found = [each for each in story.post_office.to(first_name) if each["Subject"].startswith(subject)]
        if found or time.monotonic() > deadline:
            assert len(found) == 1, [str(each["Subject"]) for each in story.post_office.to(first_name)]
            return found[0]
        time.sleep(0.2)


def _principals_answer(story, person, table, everyone, lifted):  # noqa: F811
    """Fifteen adopt it and two decline with their reasons. They read the recommendation, and none of the deviations."""
    who = json.loads(story.python(KEYS))
    assert len(who) == 17
    assert "SIP" not in _letter(story, who["Säffle kommun"], "Er huvudmans svar").get_content()
    _answers(person(who["Säffle kommun"], PHONE), "Vi inför det", "", unread=[*everyone, lifted])
    table.reads("1 av 17 inför det. 16 har inte svarat.")
    story.python(OTHERS_ADOPT)
    _answers(person(who["Eda kommun"]), "Vi inför det inte", "Vi har ingen egen elevhälsa att frigöra tid i.")
    table.reads("15 av 17 inför det. 1 inför det inte. 1 har inte svarat.")
    _answers(person(who["Hagfors kommun"]), "Vi inför det inte", "Vi väntar på vår egen utredning.")
    table.reads("15 av 17 inför det. 2 inför det inte.")
    table.reads("Vi har ingen egen elevhälsa att frigöra tid i.")
    table.reads("Vi väntar på vår egen utredning.")


def _answers(page, answer, reason, unread=()):
    page.get_by_role("link", name="Verkställighet").first.click()
    page.get_by_role("link", name=RECOMMENDED).click()
    expect(page.locator("main")).to_contain_text("Beredningsgruppen för Nya Perspektiv ställde sig bakom")
    assert HAPPENED not in page.content()
    page.get_by_role("radio", name=answer, exact=True).check()
    if reason:
        page.get_by_role("button", name="Skicka svaret").click()
        expect(page.locator("main")).to_contain_text("Skriv varför, så att de andra huvudmännen förstår.")
        page.get_by_label("Varför?").fill(reason)
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.locator(".messages")).to_contain_text("Ert svar är registrerat.")
    for address in unread:
        assert page.goto(address).status == 404, address


def _measure(cecilia, britta, phone, third):
    """With an owner, a last day and a sign. Done by BUP, too early to tell, and then it helped."""
    today = date.today()
    cecilia.goto(third)
    cecilia.get_by_role("link", name="Föreslå åtgärd").click()
    cecilia.get_by_label("Vem gör det?").select_option(label="BUP mottagning 1, Region Värmland")
    cecilia.get_by_label("Vad ska göras?").fill("Utse en ersättare för varje kallelse.")
    cecilia.get_by_label("Klar senast").fill(f"{today + timedelta(days=30)}")
    cecilia.get_by_label("Effekten kontrolleras").fill(f"{today + timedelta(days=60)}")
    cecilia.get_by_label("Vad visar att det hjälpte?").fill("Tre kallelser i rad besvaras.")
    cecilia.get_by_role("button", name="Föreslå åtgärd").click()
    expect(cecilia.locator(".messages")).to_contain_text("Åtgärden är registrerad.")
    phone.reads("Utse en ersättare för varje kallelse.")
    handled = Watched(cecilia)

    measures = _open(britta, "Åtgärder", DESK)
    measures.reads("Utse en ersättare för varje kallelse.")
    britta.locator(f"main a[href='{third}']").first.click()
    britta.get_by_role("link", name="Åtgärden är gjord").click()
    britta.get_by_role("button", name="Åtgärden är gjord").click()
    expect(britta.locator(".messages")).to_contain_text("Åtgärden är märkt som gjord.")
    handled.reads("Gjord")

    _checks(cecilia, "För tidigt att säga", "Bara en kallelse än.")
    expect(cecilia.locator("main")).to_contain_text("Välj en dag att titta igen.")
    cecilia.get_by_label("Är det för tidigt: när tittar ni igen?").fill(f"{today + timedelta(days=90)}")
    cecilia.get_by_role("button", name="Kontrollera effekt").click()
    expect(cecilia.locator(".messages")).to_contain_text("Effekten är registrerad.")
    phone.reads(f"Åtgärden är gjord. Gruppen kontrollerar {day(today + timedelta(days=90))} om den hjälpte.")
    _checks(cecilia, "Effekt bekräftad", "Tre kallelser i rad är besvarade.")
    expect(cecilia.locator(".messages")).to_contain_text("Effekten är registrerad.")
    phone.reads("Effekten är kontrollerad.")


def _checks(page, effect, seen):
    page.get_by_role("link", name="Kontrollera effekt").click()
    expect(page.locator("main")).to_contain_text("Tecken: Tre kallelser i rad besvaras.")
    page.get_by_role("radio", name=effect).check()
    page.get_by_label("Vad har ni sett?").fill(seen)
    page.get_by_role("button", name="Kontrollera effekt").click()


def _answers_from_the_letter(person, letter):  # noqa: F811
    """On a phone where nobody is logged in: two presses, and nothing of the deviation is shown."""
    link = re.search(r"http\S+/hjalpte/\S+", letter.get_content()).group()
    phone = person(None, PHONE)
    phone.goto(link)
    assert "BUP" not in phone.content()
    phone.get_by_role("button", name="Ja, det hjälpte").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Tack, vi har ditt svar")
