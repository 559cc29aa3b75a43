"""What htmx fetches of a page by itself, put in its place as the page's own attributes say, without a browser."""

import re
from difflib import unified_diff

from django.db import transaction
from django.test.html import Element, parse_html

from tests.permissions.table import PAGES, filled

BY_ITSELF = {"changed", "every 3s"}  # hx-trigger of what follows along; the rest waits for somebody's hands
# What nobody is told of at once: one's own views, drafts and tour, and who may do what, which may end the page.
UNTOLD = re.compile("/(administration|konto|visa-runt|kasta|vyer)/")
MOST_LINES = 20


class Page:
    """One person's page as it stands in their browser."""

    def __init__(self, world, who, address, html):
        self.world, self.who, self.address = world, who, address
        self.body = next(element for element in walk(parsed(html)) if element.name == "body")

    def parts(self):
        """What follows along. The deviations themselves come first, as in live.js; lists wait for what more comes."""
        found = [e for e in walk(self.body) if attribute(e, "hx-trigger") in BY_ITSELF and attribute(e, "id")]
        return sorted(found, key=lambda part: has(part, "data-live-list"))

    def loaded_anew(self):
        """At the address that it asks for itself: a meeting stays at the item that one reads. None: it has gone."""
        own = self.address.partition("?")[0]
        asked = [attribute(part, "hx-get") for part in self.parts()]
        html = self.get(next((a for a in asked if a.startswith(f"{own}?")), self.address))
        return html and Page(self.world, self.who, self.address, html)

    def get(self, address):
        response = self.world.ask_now(self.who, "GET", address, keep=True)
        return response.body.decode() if response.status_code == 200 else None

    def follow_along(self):
        """Returns the addresses that a part asked for in vain."""
        refused = []
        for part in self.parts():
            html = self.get(attribute(part, "hx-get"))
            if html is None:
                refused.append(attribute(part, "hx-get"))
                continue
            came = {attribute(element, "id"): element for element in walk(parsed(html))}
            for name in put_in_place(part, came):
                self.put(name, came[name])
        return refused

    def put(self, name, new):
        for element in walk(self.body):
            for at, child in enumerate(element.children):
                if isinstance(child, Element) and attribute(child, "id") == name:
                    element.children[at] = new
                    return
        raise AssertionError(f"#{name} has no place on {self.address}")


def parsed(html):
    return parse_html(html if "<html" in html else f"<div>{html}</div>")


def put_in_place(part, came):
    """The ids that htmx takes out of what came."""
    beside = [name.strip(" #") for name in (attribute(part, "hx-select-oob") or "").split(",") if name]
    along = [] if has(part, "hx-select") else [name for name, e in came.items() if has(e, "hx-swap-oob")]
    return [attribute(part, "id"), *beside, *along]


def attribute(element, name):
    return dict(element.attributes).get(name)


def has(element, name):
    return name in dict(element.attributes)


def walk(element):
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from walk(child)


def read(node, *, opened):
    """Each element with its attributes, and each text, in order; without what differs from one answer to the next.
    `opened`: to open the page is to have read its news."""
    if not isinstance(node, Element):
        yield " ".join(str(node).split())
        return
    said = {name: value for name, value in node.attributes if name != "hx-headers"}
    if said.get("hx-swap") == "none" or (said.get("id") == "news_count" and opened):
        return  # that one has seen the page is told when it is opened, not while it lies open and follows along
    if said.get("name") in {"csrfmiddlewaretoken", "next"}:
        said.pop("value", None)
    yield " ".join([f"<{node.name}", *(f'{name}="{value}"' for name, value in sorted(said.items()))])
    for child in node.children:
        yield from read(child, opened=opened)


def following(world, rows):
    """Each page of somebody that follows along, as they have it before anything happens."""
    for row in rows:
        for who in [who for who, answer in row.expected.items() if answer == "200" and who != "anonymous"]:
            address = world.fill(row.address)
            html = world.ask(who, "GET", address).body.decode(errors="replace")
            if "<main" in html and ' hx-trigger="' in html:
                page = Page(world, who, address, html)
                if {attribute(part, "id") for part in page.parts()} - {"news_count"}:
                    yield page


def let_much_happen(world):
    """All that the pages' table sends, each by the first who may: what no longer can be done is refused."""
    for row in PAGES:
        who = next((who for who, answer in row.expected.items() if answer == "302" and who != "anonymous"), None)
        if row.method == "POST" and who and not UNTOLD.search(row.address):
            address, body = filled(world, row, world.fill)
            world.ask_now(who, "POST", address, body, keep=True)


def difference(page):
    """Where the page that has followed along is not as when loaded anew. What is written meanwhile is taken back."""
    with transaction.atomic():
        refused = page.follow_along()
        anew = page.loaded_anew()
        transaction.set_rollback(True)
    if anew is None:
        return ""
    before, after = (list(read(each.body, opened="/avvikelse/" in page.address)) for each in (page, anew))
    lines = [*refused, *unified_diff(before, after, n=1, lineterm="")]
    return "\n".join([f"{page.who} {page.address}", *lines[:MOST_LINES]]) if lines else ""
