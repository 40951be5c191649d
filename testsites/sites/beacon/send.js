// What the visitor reads, sent in ways that outlive the page.
const event = {page: location.href, title: document.title, visitor: crypto.randomUUID()};
navigator.sendBeacon("https://cdn.tracker.test/-/collect", JSON.stringify(event));
fetch("https://third.test/-/collect", {method: "POST", keepalive: true, body: JSON.stringify(event)});
addEventListener("pagehide", () => navigator.sendBeacon("https://cdn.tracker.test/-/collect", "left"));
