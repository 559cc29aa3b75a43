// On every page of somebody logged in: keeps the app and its key up to date, and sends what waits on this device.

const { marked, tidy, ask, regain, put, one, seal, unseal, send, news, list } = self.samsynOffline;
const about = document.querySelector('meta[name="samsyn-person"]');
const { key: keyAddress, send: sendAddress, choices: choicesAddress, worker, filing } = about.dataset;
const person = about.content;
const addresses = { key: keyAddress, send: sendAddress };
const HOUR = 3_600_000;
const AGAIN = 60_000;

/** A key for this log-in, and what one chooses from, encrypted with it. Asked for once an hour at most. */
async function prepare() {
  const kept = await one("kept", "choices");
  if (kept && kept.at > Date.now() - HOUR && (await one("keys", kept.key)) && marked() === person) return;
  const given = await ask(keyAddress);
  if (given.status !== 200 || given.key.person !== person) return;
  const answer = await fetch(choicesAddress, { redirect: "manual", cache: "no-store" });
  if (answer.status !== 200) return;
  await put("keys", given.key);
  await put("kept", await seal(given.key, { id: "choices", person, at: Date.now() }, await answer.json()));
}

async function choices() {
  const kept = await one("kept", "choices");
  const key = kept && (await one("keys", kept.key));
  return key && kept.person === person ? unseal(key, kept) : null;
}

const draw = async () => list?.show(person, await choices());

async function deliver(asked = false) {
  const options = { withDrafts: true };
  if (list) {
    await list.deliver(addresses, options, asked);
    await draw();
    return;
  }
  const result = await send(addresses, options);
  const strip = document.getElementById("strip");
  if (strip && result.told.length) strip.textContent = result.told.at(-1).words ?? "";
}

async function begin() {
  const lost = await tidy(marked() === person ? person : null);
  await prepare();
  await regain(keyAddress, person);
  if (lost && list) list.tell(list.box.dataset.lost);
  await draw();
  await deliver();
}

if ("indexedDB" in window && crypto.subtle && "locks" in navigator) {
  navigator.serviceWorker?.register(worker);
  begin();
  window.addEventListener("online", () => deliver());
  list?.part("send").addEventListener("click", () => deliver(true));
  news.addEventListener("message", draw);
  setInterval(() => {
    if (!document.hidden && list && !list.part("waiting").hidden) deliver();
  }, AGAIN);
}

// A page that the browser kept whole for its back button is not shown when its person is logged in here no more.
window.addEventListener("pageshow", ({ persisted }) => {
  if (!persisted || marked() === person) return;
  document.body.hidden = true;
  location.reload();
});

// A form that is sent without contact would take what is written with it to the browser's own error page. The button
// that begins a filing holds nothing: the app answers it with the page for filing without contact.
document.addEventListener("submit", (event) => {
  const beginning = new URL(event.target.action, location.href).pathname === filing;
  if (navigator.onLine || event.defaultPrevented || beginning) return;
  event.preventDefault();
  const strip = document.getElementById("strip");
  if (!strip) return;
  strip.textContent = strip.dataset.offline;
  strip.classList.add("is-error");
});

// The browser says that Samsyn can be put on the home screen: an offer beside the rest, never in the way.
window.addEventListener("beforeinstallprompt", (event) => {
  const offer = list?.part("install");
  if (!offer) return;
  event.preventDefault();
  offer.hidden = false;
  offer.querySelector("button").addEventListener("click", async () => {
    offer.hidden = true;
    await event.prompt();
  });
});
