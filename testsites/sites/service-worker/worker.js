// Keeps running after the page is gone, and asks another host.
addEventListener("install", () => skipWaiting());
addEventListener("activate", e => e.waitUntil(clients.claim()));
addEventListener("message", e => e.waitUntil(fetch("https://third.test/-/json?from=service-worker")));
addEventListener("fetch", () => {});
