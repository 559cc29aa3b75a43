// The list of what waits on this device, wherever it stands: on the first page, where filing starts, and offline.

(() => {
  const { readable, remove, send, keyOf, news } = self.samsynOffline;
  const box = document.getElementById("vantar");
  if (!box) return;
  const part = (name, within = box) => within.querySelector(`[data-part="${name}"]`);
  const copy = (name) => part(name).content.firstElementChild.cloneNode(true);

  /** "14.20", with its day when that is not today; in the language of the page. */
  function moment(milliseconds) {
    const at = new Date(milliseconds);
    const today = at.toDateString() === new Date().toDateString();
    const day = today ? {} : { day: "numeric", month: "long" };
    const { lang } = document.documentElement; // English is British here, with the day before the month
    const written = at.toLocaleString(lang === "en" ? "en-GB" : lang, { ...day, hour: "2-digit", minute: "2-digit" });
    return lang === "sv" ? written.replace(/(\d):(\d)/, "$1.$2") : written;
  }

  function tell(words, link = null) {
    const note = copy("note");
    part("words", note).textContent = words;
    const further = part("link", note);
    if (link?.url && link.link) Object.assign(further, { href: link.url, textContent: link.link });
    else further.remove();
    if (link?.draft || link?.lost || !link) note.className = "note note--ochre";
    part("status").replaceChildren(note);
  }

  function drawn(row, choices) {
    const line = copy("row");
    const chosen = row.content.receiving_units?.[0];
    const unit = choices?.receivers?.find(([pk]) => String(pk) === chosen)?.[1];
    const words = row.sealed ? (unit ? box.dataset.about : box.dataset.written) : box.dataset.draft;
    const name = words.replace("{time}", moment(row.at)).replace("{unit}", unit ?? "");
    part("name", line).textContent = name;
    part("which", line).textContent = ` ${name}`;
    part("why", line).textContent = row.refused ?? row.content.happened.slice(0, 80);
    const go = part("go", line);
    go.hidden = row.sealed;
    go.href += `#${row.id}`;
    part("remove", line).addEventListener("click", async () => {
      await remove(row.id);
      tell(box.dataset.removed);
    });
    return line;
  }

  /** Draws it for the person; `choices` gives units their names, `open` is the row that one is writing in. */
  async function show(person, choices, open = null) {
    const rows = person ? (await readable(person)).filter((row) => row.id !== open) : [];
    const key = person && (await keyOf(person));
    part("waiting").hidden = rows.length === 0;
    part("count").textContent = String(rows.length);
    part("list").replaceChildren(...rows.map((row) => drawn(row, choices)));
    part("until").textContent = key ? box.dataset.until.replace("{time}", moment(rows[0]?.ends ?? key.ends)) : "";
    part("send").hidden = !rows.some((row) => row.sealed);
    return rows;
  }

  function told(result) {
    const last = result.told.at(-1);
    if (last?.lost) tell(box.dataset.lost, last);
    else if (last) tell(last.words, last);
    else if (result.status === "away") tell(box.dataset.away);
    else if (result.status === "login") tell(box.dataset.login);
    part("login").hidden = result.status !== "login";
  }

  /** Sends what waits and says how it went. `asked`: somebody pressed the button, so silence would be no answer. */
  async function deliver(addresses, options, asked = false) {
    if (asked) tell(box.dataset.sending);
    const result = await send(addresses, options);
    if (asked || result.told.length || result.status === "login") told(result);
    return result;
  }

  self.samsynOffline.list = { show, deliver, tell, moment, box, part, news };
})();
