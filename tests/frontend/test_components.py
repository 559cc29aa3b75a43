"""The parts that pages are built from: what they draw, say and refuse."""

import pytest
from django import forms
from django.template import Context, Template

from frontend import components

NAMES = ("Inskickad", "Hos gruppen", "Yttrande", "På dagordning", "Beslut", "Åtgärd", "Effekt")


def stations(*states):
    padded = [*states, *["coming"] * (len(NAMES) - len(states))]
    return [{"label": name, "state": state} for name, state in zip(NAMES, padded, strict=True)]


def draw(source, **context):
    return " ".join(Template("{% load samsyn %}" + source).render(Context(context)).split())


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ((), "Inte skickad än"),
        (("here",), "Station 1 av 7: inskickad"),
        (("passed", "passed", "passed", "waiting"), "Station 4 av 7: på dagordning, väntar"),
        (("passed", "passed", "late"), "Station 3 av 7: yttrande, försenad"),
        (("passed", "passed", "late", "here"), "Station 4 av 7: på dagordning"),
        ((*["passed"] * 6, "effect"), "Station 7 av 7: effekt, effekten bekräftad"),
    ],
)
def test_the_small_way_says_its_station_in_words(states, words):
    assert components.way_in_words(stations(*states)) == words
    assert f'role="img" aria-label="{words}"' in draw('{% way stations "mini" %}', stations=stations(*states))


def test_the_small_way_has_a_shape_for_each_station_and_a_line_between():
    drawn = draw('{% way stations "mini" %}', stations=stations("passed", "passed", "late", "waiting"))
    assert drawn.count("<circle") == 6
    assert drawn.count('class="lt"') == 1
    assert drawn.count('class="ln"') == 3
    assert drawn.count('class="ln-next"') == 3


@pytest.mark.parametrize("orientation", ["vertical", "horizontal", "tight", "peek"])
def test_the_way_is_a_list_with_one_current_station(orientation):
    drawn = draw("{% way stations orientation %}", stations=stations("passed", "waiting"), orientation=orientation)
    assert drawn.startswith('<ol class="way way--')
    assert drawn.count("<li ") == 7
    assert drawn.count('aria-current="step"') == 1
    assert 'Hos gruppen<span class="vh">, väntar</span>' in drawn


def test_what_was_said_stands_at_its_station_and_is_escaped():
    said = [{"label": "Yttrande", "state": "passed", "body": "Vi <hörde> inget", "by": "BUP"}]
    assert "Vi &lt;hörde&gt; inget</p> <cite>BUP</cite>" in draw("{% way said %}", said=said)


def test_a_state_that_does_not_exist_is_refused():
    with pytest.raises(KeyError):
        draw("{% way stations %}", stations=[{"label": "Inskickad", "state": "nearly"}])


def test_the_first_step_that_is_not_refused_is_the_likely_one():
    steps = [
        {"name": "close", "label": "Avsluta", "refused": "Kan avslutas när rapportören har fått svar."},
        {"name": "receive", "label": "Ta emot", "url": "/ta-emot/", "post": True, "key": "T"},
        {"name": "decline", "label": "Inte vår", "url": "/inte-var/"},
    ]
    drawn = draw("{% next_steps steps %}", steps=steps, csrf_token="hemlig")
    assert drawn.count("act--main") == 1
    assert '<button class="act act--main" type="submit" id="step-receive">Ta emot <kbd>T</kbd></button>' in drawn
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="hemlig">' in drawn
    assert '<a class="act" href="/inte-var/" id="step-decline">Inte vår</a>' in drawn


def test_a_refused_step_keeps_its_place_with_the_reason_tied_to_it():
    step = {"name": "close", "label": "Avsluta", "url": "/avsluta/", "refused": "Kan avslutas efter svar."}
    drawn = draw("{% next_step step main=True %}", step=step)
    assert 'aria-disabled="true" aria-describedby="step-close-why"' in drawn
    assert '<p class="act__why" id="step-close-why">Kan avslutas efter svar.</p>' in drawn
    assert "/avsluta/" not in drawn
    assert "act--main" not in drawn


def test_marks_stand_on_the_words_and_the_rest_is_escaped():
    findings = [
        {"level": "warn", "start": 8, "end": 12, "text": "Anna", "why": ""},
        {"level": "block", "start": 0, "end": 3, "text": "<1>", "why": ""},
    ]
    marked = components.marked("<1> och Anna & co", findings)
    assert marked == '<mark class="stop">&lt;1&gt;</mark> och <mark class="warn">Anna</mark> &amp; co'


def test_of_two_marks_that_overlap_the_first_and_longest_is_drawn():
    findings = [
        {"level": "warn", "start": 2, "end": 4, "text": "cd", "why": ""},
        {"level": "block", "start": 0, "end": 3, "text": "abc", "why": ""},
    ]
    assert components.marked("abcd", findings) == '<mark class="stop">abc</mark>d'


def test_the_guard_offers_a_swap_and_a_removal():
    finding = {"level": "block", "start": 3, "end": 7, "text": "Anna", "why": "Ett namn.", "swaps": ["eleven", ""]}
    drawn = draw("{% guard_list findings %}", findings=[finding])
    assert 'type="submit" name="swap" value="3:7:eleven">Byt till ”eleven”</button>' in drawn
    assert 'value="3:7:">Ta bort<span class="vh"> Anna</span></button>' in drawn


def test_nothing_found_draws_nothing():
    assert draw("{% guard_list findings %}", findings=[]) == ""


def test_the_risk_matrix_marks_one_cell():
    drawn = draw("{% risk_matrix 3 2 %}")
    assert drawn.count("<td") == 16
    assert drawn.count(' hit"') == 1
    assert '<td class="b2 hit">6<span class="vh"> vald</span></td>' in drawn


@pytest.mark.parametrize(("severity", "likelihood", "css"), [(1, 1, "hit"), (2, 3, "b2 hit"), (3, 3, "b3 hit")])
def test_the_chosen_cell_wears_the_colour_of_its_own_band(severity, likelihood, css):
    cells = [cell for _severity, row in components.risk_rows(severity, likelihood) for cell in row if cell.chosen]
    assert [cell.css for cell in cells] == [css]


def test_a_risk_outside_the_scale_is_refused():
    with pytest.raises(ValueError, match="between 1 and 4"):
        components.risk_rows(5, 1)


@pytest.mark.parametrize(
    ("product", "word"), [(1, "låg"), (2, "låg"), (3, "medel"), (6, "medel"), (8, "hög"), (16, "hög")]
)
def test_the_product_has_a_word(product, word):
    assert components.risk_level(product) == word


@pytest.mark.parametrize("source", ['{% flag "Ny" "pink" %}', '{% note tone="line" %}x{% endnote %}'])
def test_a_tone_that_does_not_exist_is_refused(source):
    with pytest.raises(ValueError, match="unknown tone"):
        draw(source)


class ReportForm(forms.Form):
    happened_on = forms.DateField(label="När hände det?", help_text="Ungefär räcker.")
    reference = forms.CharField(label="Er egen referens", required=False)
    category = forms.ChoiceField(label="Slag", choices=[("sip", "SIP"), ("remiss", "Remiss")], widget=forms.RadioSelect)
    seen = forms.BooleanField(label="Jag har sett över")


def test_a_wrong_field_is_tied_to_its_error_and_its_hint():
    drawn = draw("{% field form.happened_on %}", form=ReportForm({"happened_on": "i fjol"}))
    assert 'id="id_happened_on_error">Datumet går inte att läsa. Skriv det som 2026-03-14.</p>' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_happened_on_helptext id_happened_on_error"' in drawn
    assert 'class="ds-input"' in drawn


def test_a_field_that_may_be_left_empty_says_so_and_one_that_may_not_carries_no_mark():
    form = ReportForm()
    assert 'Er egen referens <span class="field__opt">(frivilligt)</span></label>' in draw(
        "{% field form.reference %}", form=form
    )
    assert "frivilligt" not in draw("{% field form.happened_on %}", form=form)


def test_choices_stand_in_a_fieldset_with_their_explanations():
    drawn = draw("{% field form.category hints %}", form=ReportForm(), hints={"remiss": "Avvisad eller återsänd"})
    assert drawn.count('<label class="choice"') == 2
    assert "<legend" in drawn
    assert "<b>Remiss</b><span>Avvisad eller återsänd</span></label>" in drawn


def test_the_summary_leads_to_each_wrong_field():
    drawn = draw("{% error_summary form %}", form=ReportForm({"happened_on": "2026-03-14", "category": "sip"}))
    assert '<a href="#id_seen"><b>Jag har sett över</b> Fyll i det här.</a>' in drawn
    assert "id_happened_on" not in drawn


def test_a_right_form_has_no_summary():
    form = ReportForm({"happened_on": "2026-03-14", "category": "sip", "seen": "on"})
    assert draw("{% error_summary form %}", form=form) == ""


def test_crumbs_need_an_address_for_every_label():
    with pytest.raises(ValueError, match="zip"):
        draw('{% crumbs "2026-0031" "Arbetsbord" %}')


def test_many_refused_steps_are_folded_below_those_that_can_be_taken():
    def drawn(refused):
        steps = [{"name": f"no{n}", "label": "Nej", "url": "#", "refused": "Därför."} for n in range(refused)]
        steps.append({"name": "yes", "label": "Ja", "url": "#"})
        return draw("{% next_steps steps %}", steps=steps)

    assert "<details" not in drawn(3)
    folded = drawn(4)
    assert "Det som inte går nu (4)" in folded
    assert folded.index('id="step-yes"') < folded.index("<details") < folded.index('id="step-no0"')
    assert folded.count("Därför.") == 4
