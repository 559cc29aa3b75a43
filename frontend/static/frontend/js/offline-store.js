// What lies on the device, and how it leaves: used by the pages and by the service worker. Everything written is
// encrypted (AES-GCM) with a key that this log-in was given and that cannot be read out again; rows without their key,
// or whose time has passed, say nothing to anyone. See ARCHITECTURE.md.

(() => {
  const MARK = "samsyn_enhet";
  const ANSWERED = new Set([200, 400, 403, 409, 422]);
  const news = new BroadcastChannel("samsyn-offline");
  let opened;

  function store(name, mode, work) {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open("samsyn-offline", 1);
      asked.onupgradeneeded = () => {
        for (const each of ["keys", "rows", "kept"]) asked.result.createObjectStore(each, { keyPath: "id" });
      };
      asked.onsuccess = () => {
        asked.result.onversionchange = () => asked.result.close();
        asked.result.onclose = () => (opened = undefined);
        resolve(asked.result);
      };
      asked.onerror = () => reject(asked.error);
    });
    return opened.then(
      (database) =>
        new Promise((resolve, reject) => {
          const change = database.transaction(name, mode);
          const asked = work(change.objectStore(name));
          change.oncomplete = () => resolve(asked?.result);
          change.onabort = change.onerror = () => reject(change.error);
        }),
    );
  }
  const all = (name) => store(name, "readonly", (rows) => rows.getAll());
  const one = (name, id) => store(name, "readonly", (rows) => rows.get(id));
  const put = (name, row) => store(name, "readwrite", (rows) => rows.put(row));
  const drop = (name, id) => store(name, "readwrite", (rows) => rows.delete(id));

  // The row's owner and id are part of what is authenticated: moved to another row or person it does not open.
  const about = (row) => new TextEncoder().encode(`${row.person}:${row.id}`);

  async function seal(key, row, content) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const way = { name: "AES-GCM", iv, additionalData: about(row) };
    const data = await crypto.subtle.encrypt(way, key.key, new TextEncoder().encode(JSON.stringify(content)));
    return { ...row, person: key.person, key: key.id, ends: key.ends, iv, data };
  }

  async function unseal(key, row) {
    const way = { name: "AES-GCM", iv: row.iv, additionalData: about(row) };
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(way, key.key, row.data)));
  }

  /** Who the browser says is logged in on it; nobody once the log-in's cookie is gone. */
  const marked = () => new RegExp(`(?:^|; )${MARK}=(\\w+)`).exec(document.cookie)?.[1] ?? null;

  /** Throws away what has had its time, and the keys and choices of everyone but `person`. Their rows stay, unreadable,
      until their own time has passed. Returns how many of the person's own rows were lost. */
  async function tidy(person) {
    const now = Date.now();
    let lost = 0;
    for (const key of await all("keys")) if (key.ends <= now || key.person !== person) await drop("keys", key.id);
    for (const kept of await all("kept")) if (kept.ends <= now || kept.person !== person) await drop("kept", kept.id);
    for (const row of await all("rows")) {
      if (row.ends > now) continue;
      await drop("rows", row.id);
      if (row.person === person || person === null) lost += 1;
    }
    return lost;
  }

  /** The key to write with: the person's that lasts longest. */
  async function keyOf(person) {
    const own = (await all("keys")).filter((key) => key.person === person && key.ends > Date.now());
    return own.sort((a, b) => b.ends - a.ends)[0] ?? null;
  }

  /** Asks the server who is logged in, for a fresh token, and for a key. `status`: "away", "login" or a number. */
  async function ask(address, id) {
    let answer;
    try {
      answer = await fetch(id ? `${address}?id=${encodeURIComponent(id)}` : address, { redirect: "manual", cache: "no-store" });
    } catch {
      return { status: "away" };
    }
    if (answer.type === "opaqueredirect") return { status: "login" };
    if (answer.status !== 200) return { status: answer.status };
    const given = await answer.json();
    const bytes = Uint8Array.from(atob(given.secret), (letter) => letter.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    return { status: 200, token: given.token, key: { id: given.id, person: given.person, ends: given.ends, key } };
  }

  /** The person's rows that can be read here and now, oldest first, each with its `content`. */
  async function readable(person) {
    const keys = new Map((await all("keys")).map((key) => [key.id, key]));
    const own = (await all("rows")).filter((row) => row.person === person && keys.has(row.key) && row.ends > Date.now());
    const rows = await Promise.all(own.map(async (row) => ({ ...row, content: await unseal(keys.get(row.key), row) })));
    return rows.sort((a, b) => a.at - b.at);
  }

  /** Asks again for the keys of the person's own rows: another log-in of theirs wrote them. */
  async function regain(address, person) {
    const held = new Set((await all("keys")).map((key) => key.id));
    const own = (await all("rows")).filter((row) => row.person === person && row.ends > Date.now());
    for (const id of new Set(own.map((row) => row.key))) {
      const given = held.has(id) ? {} : await ask(address, id);
      if (given.key?.person === person) await put("keys", given.key);
    }
  }

  async function keep(key, row, content) {
    await put("rows", await seal(key, { ...row, person: key.person }, content));
    news.postMessage("changed");
  }

  async function remove(id) {
    await drop("rows", id);
    news.postMessage("changed");
  }

  function form(row, content, later) {
    const sent = new URLSearchParams({ id: row.id, person: row.person });
    if (row.sealed) sent.set("send", "1");
    if (later) sent.set("later", "1");
    for (const [name, value] of Object.entries(content)) {
      for (const each of Array.isArray(value) ? value : [value]) sent.append(name, each);
    }
    return sent;
  }

  /** One row to the server. The row stays on the device until the server has answered that it has it. */
  async function deliver(address, row, key, token, later) {
    let content;
    try {
      content = await unseal(key, row);
    } catch {
      await drop("rows", row.id); // the key of its id opens nothing: it was changed, or the server's secret was
      return { lost: true };
    }
    let answer;
    try {
      const headers = { "X-CSRFToken": token };
      answer = await fetch(address, { method: "POST", body: form(row, content, later), headers, redirect: "manual", cache: "no-store" });
    } catch {
      return { status: "away" };
    }
    const told = ANSWERED.has(answer.status) && answer.headers.get("content-type")?.startsWith("application/json");
    if (!told) return { status: answer.type === "opaqueredirect" ? "login" : "away" };
    const words = await answer.json();
    if (answer.status === 200) await drop("rows", row.id);
    else await put("rows", { ...row, refused: words.words });
    return { arrived: answer.status === 200, ...words };
  }

  /** Sends what waits, each once. `with_drafts` also moves what is not finished to the person's drafts on the server,
      unless a page has it open. Returns `status` ("away", "login" or "ok") and what the server said. */
  async function send(addresses, { withDrafts = false, later = false } = {}) {
    const waiting = async () => (await all("rows")).filter((row) => row.ends > Date.now() && (row.sealed || withDrafts));
    if (!(await waiting()).length) return { status: "ok", told: [] };
    return navigator.locks.request("samsyn-send", async () => {
      const rows = await waiting();
      const told = [];
      if (!rows.length) return { status: "ok", told };
      const who = await ask(addresses.key);
      if (who.status !== 200) return { status: who.status, told };
      let status = "ok";
      for (const row of rows) {
        if (row.person !== who.key.person) continue;
        const key = (await one("keys", row.key)) ?? (row.key === who.key.id ? who.key : (await ask(addresses.key, row.key)).key);
        if (!key) continue;
        const free = { ifAvailable: true };
        const result = await navigator.locks.request(`samsyn-row-${row.id}`, free, (lock) =>
          lock ? deliver(addresses.send, row, key, who.token, later) : { open: true },
        );
        if (result.words || result.lost) told.push(result);
        if (result.status) {
          status = result.status;
          break;
        }
      }
      news.postMessage("changed");
      return { status, told };
    });
  }

  self.samsynOffline = { marked, tidy, keyOf, ask, regain, readable, keep, remove, send, seal, unseal, put, one, news };
})();
