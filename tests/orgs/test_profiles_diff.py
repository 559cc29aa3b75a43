"""What differs between two profiles is said entry by entry, in words."""

from orgs.profiles.diff import differences, unchanged
from orgs.profiles.loader import FOLDER, load, shipped


def changed(*replacements):
    text = (FOLDER / "varmland.yaml").read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return load(text)


def said(*replacements):
    return [str(change) for change in differences(shipped("varmland"), changed(*replacements))]


def test_equal_profiles_do_not_differ():
    assert differences(shipped("varmland"), changed()) == []


def test_a_changed_value_is_said_with_before_and_after():
    assert said(("statement: {working_days: 15", "statement: {working_days: 10")) == [
        "~ Tidsgräns, yttrande från mottagande enhet, arbetsdagar: 15 → 10  [limits/statement/working_days]"
    ]


def test_days_that_become_working_days_are_two_changes():
    assert said(("answer: {days: 60", "answer: {working_days: 40")) == [
        "- Tidsgräns, svar till den som anmält, dagar: 60  [limits/answer/days]",
        "+ Tidsgräns, svar till den som anmält, arbetsdagar: 40  [limits/answer/working_days]",
    ]


def test_a_clause_is_compared_by_its_id():
    assert said(("title: Kontaktvägar", "title: Telefon")) == [
        "~ Överenskommelse Samverkansrutin elevhälsan, Första linjen unga, socialtjänsten och BUP, punkter "
        "Kontaktvägar, rubrik: Kontaktvägar → Telefon  [agreements/samv_rutin/clauses/kontakt/title]"
    ]


def test_a_new_unit_and_a_renamed_one_are_said():
    assert said(
        ("{id: rv-um, name: Ungdomsmottagning,", "{id: rv-um, name: Ungas mottagning, aliases: [Ungdomsmottagning],"),
        (
            "          - {id: rv-halsa-rehab,",
            "          - {id: rv-ny, name: Ny enhet}\n          - {id: rv-halsa-rehab,",
        ),
    ) == [
        "~ Enhet Ungdomsmottagning, namn: Ungdomsmottagning → Ungas mottagning  [units/rv-um/name]",
        "+ Enhet Ungdomsmottagning, kallas också: Ungdomsmottagning  [units/rv-um/aliases]",
        "+ Enhet: Ny enhet  [units/rv-ny]",
    ]


def test_the_order_of_the_file_is_no_difference():
    profile = shipped("varmland")
    turned = profile.model_copy(update={"bodies": profile.bodies[::-1], "principals": profile.principals[::-1]})
    assert differences(profile, turned) == []


def test_what_is_the_same_is_counted_by_section():
    same = unchanged(shipped("varmland"), changed(("name: Samverkansgrupp Barnalivet", "name: Barngruppen")))
    assert (same["Organ"], same["Huvudman"], same["Slag"]) == (13, 20, 50)
