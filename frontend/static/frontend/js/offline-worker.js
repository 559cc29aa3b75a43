// The installed app. Keeps its own files and the one page for filing without contact, and nothing that anybody wrote:
// what is kept is listed in SHELL, which the server puts first in this file, and nothing is added on the way.

const KEPT = `samsyn-${SHELL.version}`;
const FILES = new Set(SHELL.files);

importScripts(SHELL.store);

// What a page sends in the moment one leaves it is lost if it has to wait for this worker: it goes past it where the
// browser can.
const PAST = { condition: { requestMethod: "POST", requestMode: "cors" }, source: "network" };

self.addEventListener("install", (event) => {
  event.addRoutes?.(PAST).catch(() => {});
  const fetched = [...SHELL.files, SHELL.page].map((address) => new Request(address, { cache: "reload" }));
  event.waitUntil(
    caches
      .open(KEPT)
      .then((kept) => kept.addAll(fetched))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const older = (await caches.keys()).filter((name) => name.startsWith("samsyn-") && name !== KEPT);
      await Promise.all(older.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

const fromKept = async (address) => (await (await caches.open(KEPT)).match(address)) ?? Response.error();

/** From the network as it is; without contact the page for filing, at its own address. */
async function visited(event, address) {
  try {
    return await fetch(event.request);
  } catch {
    return address.pathname === SHELL.page ? fromKept(SHELL.page) : Response.redirect(SHELL.page, 303);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    // A form that was sent is the browser's own matter, but for the button that only begins: nothing is typed there.
    if (request.method === "GET" || address.pathname === SHELL.filing) event.respondWith(visited(event, address));
    return;
  }
  const askedByPage = request.referrer && new URL(request.referrer).pathname === SHELL.page;
  const isKept = request.method === "GET" && FILES.has(address.pathname + address.search);
  if (isKept && (askedByPage || !navigator.onLine)) {
    event.respondWith(fromKept(request).then((kept) => (kept.type === "error" ? fetch(request) : kept)));
  }
});

// Where the browser has it: what waits is sent also when no page is open. It tries again by itself when it fails.
self.addEventListener("sync", (event) => {
  if (event.tag !== "samsyn-send") return;
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: "window" });
      if (open.length) return; // the pages send themselves, and say so
      const sent = await self.samsynOffline.send(SHELL, { later: true });
      if (sent.status === "away") throw new Error("away");
    })(),
  );
});
