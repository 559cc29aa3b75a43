"""What a page weighs when nothing stands in front of the server: compressed, and not sent twice."""

import gzip
import re

import pytest
from django.conf import settings

CSS = "/static/frontend/vendor/designsystemet/designsystemet.css"
PACKED = {"HTTP_ACCEPT_ENCODING": "gzip"}
MOST = 150_000


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_what_is_linked_is_compressed_on_the_way(client):
    response = client.get(CSS, **PACKED)
    sent = body(response)
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(sent) == body(client.get(CSS))
    assert len(sent) < len(gzip.decompress(sent)) / 5


def test_what_the_browser_has_is_not_sent_again(client):
    mark = client.get(CSS, **PACKED)["ETag"]
    assert client.get(CSS, HTTP_IF_NONE_MATCH=mark, **PACKED).status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/anmal/", "/arbetsbord/", "/mina/", "/komponenter/", "/tillganglighet/"])
def test_a_page_with_all_that_it_links_to_weighs_at_most_150_kB(client, bo, address):
    client.force_login(bo)
    page = client.get(address, follow=True, **PACKED)
    html = gzip.decompress(page.content).decode()
    linked = set(re.findall(r'(?:src|href)="(/[^"]+\.(?:css|js|woff2|png|svg))"', html))
    sizes = {link: len(body(client.get(link, **PACKED))) for link in linked}
    assert len(page.content) + sum(sizes.values()) < MOST, sizes


def test_in_production_the_proxy_compresses():
    assert settings.MIDDLEWARE[:2] == settings.COMPRESSING
    assert "encode zstd gzip" in (settings.BASE_DIR / "deploy" / "Caddyfile").read_text(encoding="utf-8")
