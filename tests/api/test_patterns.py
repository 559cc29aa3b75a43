"""What recurs, and learning cases, for other systems: read, judged, and nothing of any text."""

import pytest

from deviations import clock
from deviations.models import Pattern
from deviations.services import learning_cases
from tests.cast import body
from tests.deviations.steering import received

EVIDENCE = {
    "rule": "rise", "observed": 7, "expected": 1.9, "p": 0.004, "months": 3, "tried": 143, "alike": 7,
    "shared": [["category", "sip", "SIP"]], "terms": ["zebrafisk"], "stems": ["zebrafisk"],
}  # fmt: skip
TOLD = {"title": "Mötet", "happened": "Ett barn skulle få en plan.", "learning": "Utse en ersättare."}


@pytest.fixture
def deviation(cast, filing):
    return received(filing, cast)


@pytest.fixture
def pattern(deviation):
    made = Pattern.objects.create(
        body=body("blekinge", "sg_barn_unga"), signature="0" * 64, title="SIP", found_at=clock.now(), evidence=EVIDENCE
    )
    made.deviations.set([deviation])
    return made


def ask(client, who, address, given=None):
    client.force_login(who)
    if given is None:
        return client.get(f"/api/v1/{address}")
    return client.post(f"/api/v1/{address}", given, content_type="application/json")


def test_a_pattern_is_read_with_its_evidence_in_numbers_and_words(client, bo, pattern, deviation):
    [listed] = ask(client, bo, "patterns/?status=proposed").json()["results"]
    assert (listed["observed"], listed["expected"], listed["number"]) == (7, 1.9, 1)
    assert listed["in_words"].startswith("7 gånger på 3 månader; väntat 1,9.")
    answer = ask(client, bo, f"patterns/{pattern.public_id}/")
    assert answer.json()["deviations"] == [str(deviation.public_id)]
    assert answer.json()["shared"] == [{"what": "category", "id": "sip", "name": "SIP"}]
    assert "zebrafisk" not in answer.content.decode()


def test_it_is_judged(client, bo, pattern):
    answer = ask(client, bo, f"patterns/{pattern.public_id}/name_theme/", {"theme": "SIP utan ledning"})
    assert (answer.status_code, answer.json()["status"], answer.json()["theme"]) == (200, "theme", "SIP utan ledning")
    answer = ask(client, bo, f"patterns/{pattern.public_id}/dismiss/", {"reason": " "})
    assert answer.status_code == 400
    lifted = ask(client, bo, f"patterns/{pattern.public_id}/escalate_pattern/", {"title": "SIP", "summary": "Rutin."})
    assert lifted.json()["escalation"] == str(Pattern.objects.get().escalation.public_id)
    again = ask(client, bo, f"patterns/{pattern.public_id}/dismiss/", {"reason": "Nej."})
    assert again.status_code == 409


def test_a_page_of_patterns_says_where_the_next_begins(client, bo, pattern):
    Pattern.objects.create(body=pattern.body, signature="1" * 64, title="Två", found_at=clock.now(), evidence=EVIDENCE)
    first = ask(client, bo, "patterns/?size=1").json()
    assert ask(client, bo, f"patterns/?size=1&before={first['next']}").json()["results"][0]["title"] == "SIP"


def test_a_case_tells_nothing_of_its_deviation(client, bo, maria, lena, deviation):
    case = learning_cases.ask_case(learning_cases.write_case(deviation, **TOLD, by=bo), by=bo)
    learning_cases.approve_case(case, by=maria)
    [listed] = ask(client, lena, "learning_cases/?status=approved").json()["results"]
    assert listed["happened"] == TOLD["happened"]
    answer = ask(client, lena, f"learning_cases/{case.public_id}/").content.decode()
    assert deviation.reference not in answer
    assert str(deviation.public_id) not in answer
