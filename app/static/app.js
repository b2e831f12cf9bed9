// What staff pages and big screens do by themselves: ask for news, say them, search, wait, copy text.
// Every page works without it; no page holds any other script.
(function () {
  "use strict";

  // A tick is what fragments ask on (hx-trigger="furong:tick from:body"). A trigger filter would
  // need eval, which is off, so the pace is kept here.
  const EVERY = 1000, HIDDEN = 10000, BROKEN = 5000, SAY_EVERY = 15000;
  const ASKING = '[hx-trigger^="furong:tick"]';
  let failures = 0, timer = 0, saidAt = 0, said = "";

  const pace = () =>
    document.hidden ? HIDDEN : failures ? Math.min(BROKEN, EVERY * 2 ** failures) : EVERY;

  function plan(delay) {
    clearTimeout(timer);
    timer = setTimeout(tick, delay === undefined ? pace() : delay);
  }

  function tick() {
    if (!document.querySelector(ASKING)) return;   // nothing can change any more
    document.body.dispatchEvent(new CustomEvent("furong:tick"));
    plan();
  }

  function answered(event) {
    const xhr = event.detail.xhr;
    const good = xhr && xhr.status >= 200 && xhr.status < 300;
    if (good === (failures > 0)) plan(good ? EVERY : undefined);
    failures = good ? 0 : failures + 1;
    const away = document.getElementById("away");
    if (away) away.hidden = failures < 2;
    const at = good && xhr.getResponseHeader("X-Updated-At");
    const shown = document.getElementById("updated");
    if (at && shown) { shown.dateTime = at; shown.textContent = at.slice(11, 19); }
    say();
  }

  // A rotating code says for how long it is good (by no clock but this page's own): whoever did not
  // get another by then must not be scanned any more, whatever became of the questions.
  let spoils = 0;

  function watchCode() {
    const code = document.querySelector("[data-good-for]"), away = document.getElementById("away");
    clearTimeout(spoils);
    if (code && away) spoils = setTimeout(() => { away.hidden = false; }, Number(code.dataset.goodFor));
  }
  document.addEventListener("htmx:afterSettle", watchCode);
  watchCode();

  // Ears get a sentence at most every 15 seconds, and only a new one.
  function say() {
    const ears = document.getElementById("ears"), news = document.querySelector("[data-say]");
    if (!ears || !news || news.dataset.say === said || Date.now() - saidAt < SAY_EVERY) return;
    said = news.dataset.say;
    saidAt = Date.now();
    ears.textContent = said;
  }

  // What a reader has unfolded stays so when the fragment is drawn anew.
  if (window.Idiomorph) {
    window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
      !(name === "open" && node.tagName === "DETAILS");
  }
  document.addEventListener("htmx:afterRequest", answered);
  document.addEventListener("visibilitychange", () => plan(document.hidden ? undefined : 0));
  window.addEventListener("online", () => plan(0));
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (document.querySelector("main[data-state]")) location.reload(); else plan(0);
  });
  if (document.querySelector(ASKING)) plan();

  // Ctrl K (⌘K) leads to the search; Escape leaves it, and with it its results. No letter alone does
  // anything: who dictates to the computer says many of them (WCAG 2.1.4).
  document.addEventListener("keydown", (event) => {
    const box = document.querySelector('[role="search"] [aria-keyshortcuts]');
    if (!box || event.isComposing) return;
    if (event.key === "Escape" && event.target === box) box.blur();
    if (event.altKey || event.shiftKey || event.ctrlKey === event.metaKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // A form that takes seconds (data-busy="words") says so at once and is sent once. Its buttons come
  // back with the page (also out of the browser's memory), and by themselves when nothing came: a
  // file arrives without a new page, and an answer may have been stopped.
  const BUSY = "form[data-busy]";

  function rest(form) {
    clearTimeout(form.resting);
    form.removeAttribute("aria-busy");
    form.querySelector(".busy").textContent = "";
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }

  for (const form of document.querySelectorAll(BUSY)) {
    const says = document.createElement("p");   // stands there empty: ears hear only what changes
    says.className = "busy";
    says.setAttribute("role", "status");
    form.append(says);
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches(BUSY)) return;
    if (form.hasAttribute("aria-busy")) return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    form.querySelector(".busy").textContent = form.dataset.busy;
    form.resting = setTimeout(() => rest(form), 1000 * (form.dataset.busyFor || 120));
    // A button that is off would not be sent: off it goes once the form is on its way.
    setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
  });
  window.addEventListener("pageshow", () => document.querySelectorAll(BUSY).forEach(rest));

  // A hall's PC has nobody at it: what would only be asked "go on?" goes on (form[data-at-once]).
  const atOnce = document.querySelector("form[data-at-once]");
  if (atOnce) atOnce.requestSubmit();

  // Copying needs a secure context; on plain http of an office network the older way, and if that
  // fails too the text stands selected and a sentence says what to press.
  function copied(button, way) {
    const words = document.getElementById(button.dataset.says);
    if (words) words.textContent = button.dataset[way];
  }

  function select(field, button) {
    field.focus();
    field.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch { done = false; }
    copied(button, done ? "done" : "selected");
  }

  for (const button of document.querySelectorAll("button[data-copy], button[data-print]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    if (event.target.closest("button[data-print]")) return window.print();
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    if (!window.isSecureContext || !navigator.clipboard) return select(field, button);
    navigator.clipboard.writeText(field.value)
      .then(() => copied(button, "done"), () => select(field, button));
  });
})();
