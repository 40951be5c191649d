// The code is in the script that the page gets from here on, and nowhere in the server's answer.
addEventListener("install", e => {
  skipWaiting();
  e.waitUntil(caches.open("scripts").then(c => c.put("/whoami.js", new Response(
    `document.cookie = "visitor=${crypto.randomUUID()}; Max-Age=31536000; Path=/; Secure";`, {headers: {"Content-Type": "text/javascript"}}))));
});
addEventListener("activate", e => e.waitUntil(clients.claim().then(async () => {
  for (const c of await clients.matchAll()) c.postMessage("ready");
})));
addEventListener("fetch", e => {
  if (new URL(e.request.url).pathname === "/whoami.js") e.respondWith(caches.match("/whoami.js"));
});
