// The desk without a network: a queue of scans in this browser, sent when there is one again.
// Words come from the page (data-…), so that this file speaks no language.
(function () {
  "use strict";

  const main = document.querySelector("[data-pocket]");
  if (!main) return;
  const told = main.dataset, KEY = "furong-pocket-" + told.pocket;
  const UNDER_WAY = "waiting", EVERY = 10000, MOST = 200;
  const LONGEST = { card: 600, name: 60, phone: 30 };   // what the server reads; a camera types past maxlength
  let sending = false;

  // --- the self-test: says at once what works here, and the way out of what does not --------------
  function say(id, good, words) {
    const line = document.getElementById(id);
    if (!line) return;
    line.dataset.good = good ? "yes" : "no";
    line.querySelector("b").textContent = good ? "✓" : "✗";
    line.querySelector("small").textContent = words;
  }

  function ask(worker, message) {
    return new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = (event) => resolve(event.data === "good");
      worker.postMessage(message, [channel.port2]);
    });
  }

  async function worker() {
    await navigator.serviceWorker.register(told.worker, { scope: told.scope });
    return (await navigator.serviceWorker.ready).active;
  }

  async function testOffline() {
    const line = document.getElementById("test-offline");
    if (!line) return;
    if (!window.isSecureContext || !navigator.serviceWorker) return say("test-offline", false, line.dataset.insecure);
    try {
      const assets = [...document.querySelectorAll("link[rel~=icon], link[rel=stylesheet], script[src], img[src]")];
      const urls = [told.page, ...assets.map((one) => one.href || one.src)];
      const camera = document.getElementById("camera");
      if (camera) urls.push(new URL(camera.dataset.decoder, location).href);   // fetched only when it is wanted
      const good = navigator.onLine ? await ask(await worker(), { keep: [...new Set(urls)] }) : !!navigator.serviceWorker.controller;
      say("test-offline", good, good ? line.dataset.yes : line.dataset.no);
    } catch {
      say("test-offline", false, line.dataset.no);
    }
  }

  async function testCamera() {
    const line = document.getElementById("test-camera");
    if (!line) return;
    if (!window.isSecureContext || !navigator.mediaDevices) return say("test-camera", false, line.dataset.insecure);
    const found = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const good = found.some((one) => one.kind === "videoinput");
    say("test-camera", good, good ? line.dataset.yes : line.dataset.no);
  }

  testOffline();
  testCamera();
  const list = document.getElementById("queue");
  if (!list) return;

  // --- the queue ---------------------------------------------------------------------------------
  const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch { return []; } };
  const write = (queue) => localStorage.setItem(KEY, JSON.stringify(queue));
  const nonce = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");

  function wiped() {
    if (Date.now() < Date.parse(told.wipedAt)) return false;
    localStorage.removeItem(KEY);
    if (window.caches) caches.delete("furong-pocket");
    return true;
  }

  function draw() {
    const queue = read(), waiting = queue.filter((one) => one.state === UNDER_WAY).length;
    document.getElementById("waiting").textContent = waiting ? told.waiting.replace("{n}", waiting) : told.nothing;
    document.getElementById("waiting").dataset.waiting = waiting;
    document.getElementById("waiting").closest(".notice").classList.toggle("look", waiting > 0);
    list.replaceChildren(...queue.slice().reverse().map(row));
  }

  function row(one) {
    const item = document.getElementById("queue-item").content.firstElementChild.cloneNode(true);
    item.dataset.state = one.state;
    item.querySelector("strong").textContent = one.shown || one.name || told.card;
    item.querySelector("small").textContent =
      [new Date(one.at).toTimeString().slice(0, 5), one.words || told[one.state] || ""].filter(Boolean).join(" · ");
    const forced = item.querySelector("form"), off = item.querySelector("[data-drop]");
    if (!one.may_force) forced.remove();
    if (one.state !== "refused" && one.state !== UNDER_WAY) { off.remove(); return item; }
    forced.addEventListener("submit", (event) => {
      event.preventDefault();
      change(one.nonce, { state: UNDER_WAY, words: "", may_force: false, reason: new FormData(forced).get("reason") });
      send();
    });
    off.addEventListener("click", () => { write(read().filter((other) => other.nonce !== one.nonce)); draw(); });
    return item;
  }

  function change(key, facts) {
    write(read().map((one) => (one.nonce === key ? Object.assign({}, one, facts) : one)));
    draw();
  }

  function add(facts) {
    write([...read(), Object.assign({ nonce: nonce(), at: Date.now(), state: UNDER_WAY }, facts)]);
    draw();
    send();
  }

  for (const form of document.querySelectorAll("form[data-queue]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const facts = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, String(value).trim().slice(0, LONGEST[key] || 200)]));
      facts.sitting = document.getElementById("sitting").value;
      if (!(facts.card || (facts.name && facts.phone))) return;
      add(facts);
      form.reset();
      // While the camera is on, no keyboard slides over it.
      if (!document.querySelector("#camera video:not([hidden])")) form.querySelector("input:not([type=hidden])").focus();
    });
  }

  // --- sending: any number of times, the same rows --------------------------------------------------
  async function send() {
    const waiting = read().filter((one) => one.state === UNDER_WAY).slice(0, MOST);
    if (sending || wiped() || !waiting.length) return;
    sending = true;
    const away = document.getElementById("away");
    try {
      const clock = await fetch(told.clock, { credentials: "same-origin", cache: "no-store" });
      if (clock.status === 403) { away.textContent = told.pin; away.hidden = false; return; }
      if (!clock.ok) throw new Error(clock.status);
      const scans = waiting.map(({ nonce, at, sitting, card, name, phone, reason }) =>
        ({ nonce, client_at: new Date(at).toISOString(), sitting, card: card || "", name: name || "", phone: phone || "", reason: reason || "" }));
      const answer = await fetch(told.uploads, {
        method: "POST", credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": (await clock.json()).csrf_token },
        body: JSON.stringify({ sent_at: new Date().toISOString(), scans }),
      });
      const said = await answer.json();
      if (!answer.ok) { away.textContent = said.words; away.hidden = false; return; }
      away.hidden = true;
      for (const one of said.outcomes) {
        const good = one.code === "done" || one.code === "already";
        // What was taken needs no name here any longer.
        const facts = good ? { state: one.code, shown: one.name, words: "", card: "", name: "", phone: "", reason: "" }
          : { state: "refused", words: one.words, may_force: one.may_force };
        write(read().map((item) => (item.nonce === one.nonce ? Object.assign({}, item, facts) : item)));
      }
    } catch {
      away.textContent = told.away;
      away.hidden = false;
    } finally {
      sending = false;
      draw();
    }
    if (read().some((one) => one.state === UNDER_WAY) && document.getElementById("away").hidden) send();
  }

  document.getElementById("send").addEventListener("click", send);
  window.addEventListener("online", send);
  window.addEventListener("storage", draw);
  setInterval(send, EVERY);
  wiped();
  draw();
  send();
})();
