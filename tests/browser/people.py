"""People who log in, each in a browser of their own, and whose pages must meet no fault."""

from contextlib import contextmanager

from playwright.sync_api import expect

from tests.cast import PASSWORD

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
# A story's strangers look for what is hidden from them, and some of its steps are refused: its own lines say so.
STRANGERS = ("the server responded with a status of 4", "Response Status Error Code 4")
# A part was on its way when its page was left; a line that failed says htmx:sendError.
LEFT = ("htmx:afterRequest,", "htmx:sendAbort,")


def listen(page, told):
    """Into `told` comes what the page's scripts throw and whatever else its console calls an error."""

    def heard(said):
        if said.type == "error" and not said.text.startswith(LEFT):
            told.append(said.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: told.append(str(error)))


def log_in(page, url, first_name, mail="example.se", password=PASSWORD):
    page.goto(f"{url}/konto/login/")
    page.get_by_label("E-post").fill(f"{first_name}@{mail}")
    page.get_by_label("Lösenord").fill(password)
    page.get_by_role("button", name="Logga in", exact=True).click()
    expect(page).to_have_url(f"{url}/")


@contextmanager
def people(browser, url, expected=(), **login):
    """`come("bo", PHONE, java_script_enabled=False)` gives a page of Bo's own; `come(None)` of somebody not logged in.

    What a script throws, what the content security policy refuses and whatever else the console calls an error fails
    at the end, but for what has a word of `expected` in it.
    """
    contexts, faults = [], {}

    def come(first_name, size=DESK, **options):
        context = browser.new_context(
            **{"viewport": size, "locale": "sv-SE", "timezone_id": "Europe/Stockholm", "base_url": url, **options}
        )
        contexts.append(context)
        page = context.new_page()
        listen(page, faults.setdefault(first_name, []))
        if first_name is not None:
            log_in(page, url, first_name, **login)
        return page

    yield come
    for context in contexts:
        context.close()
    told = [f"{name}: {fault}" for name, found in faults.items() for fault in found]
    unexpected = [fault for fault in told if not any(word in fault for word in expected)]
    assert unexpected == [], unexpected
