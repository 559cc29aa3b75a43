"""What is done with every request before its page."""

import pytest
from django.urls import reverse

from deviations import news

pytestmark = pytest.mark.django_db


def test_asking_for_the_head_takes_no_message_away_before_anybody_has_seen_it(client, anna):
    client.force_login(anna)
    client.post(reverse("settings"), {"mail": "daily"})
    assert client.head(reverse("home")).status_code == 200
    said = "Sparat. Det gäller från nästa brev."
    assert [said in client.get(reverse("home")).content.decode() for _again in range(2)] == [True, False]


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_a_page_that_a_browser_fetches_ahead_says_nothing_and_is_not_taken_as_opened(client, filed, bo, header):
    client.force_login(bo)
    address = reverse("deviation", args=[filed.public_id])
    answer = client.get(address, headers={header: "prefetch;prerender"})
    assert (answer.status_code, answer.content, news.count(bo)) == (403, b"", 1)
    assert (client.get(address).status_code, news.count(bo)) == (200, 0)
