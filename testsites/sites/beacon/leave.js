// Sends only when the visitor leaves, as most scripts that measure reading do.
const visitor = crypto.randomUUID();
addEventListener("pagehide", () => navigator.sendBeacon("https://cdn.tracker.test/-/collect", "left " + visitor));
