// Keeps a desk's offline page, so that it opens without a network. It holds no roster: the page has
// none. Everything asks the network first; what is kept answers only when nothing comes.
"use strict";

const SHELF = "furong-pocket";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(urls) {
  const shelf = await caches.open(SHELF);
  for (const url of urls) {
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-cache" });
    if (!answer.ok || answer.redirected) throw new Error(url);
    await shelf.put(url, answer);
  }
}

self.addEventListener("message", (event) => {
  const port = event.ports[0], asked = event.data;
  const work = asked.keep ? keep(asked.keep) : caches.delete(SHELF);
  event.waitUntil(work.then(() => port.postMessage("good"), () => port.postMessage("bad")));
});

async function kept(request) {
  const shelf = await caches.open(SHELF);
  const same = await shelf.match(request);
  if (same || request.mode !== "navigate") return same || Response.error();
  // Any page of this desk opens as its offline page.
  const desk = new URL(request.url).pathname.replace(/(\/desk\/[^/]+).*/, "$1");
  for (const known of await shelf.keys()) {
    if (new URL(known.url).pathname === desk + "/pocket") return shelf.match(known);
  }
  return Response.error();
}

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(fetch(event.request).catch(() => kept(event.request)));
});
