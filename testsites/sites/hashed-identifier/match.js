// Matches customers: the address and the number are hashed and sent as soon as they are there.
const hex = (b) => [...new Uint8Array(b)].map((x) => x.toString(16).padStart(2, "0")).join("");
const digest = (name, text) => crypto.subtle.digest(name, new TextEncoder().encode(text));
addEventListener("change", async (e) => {
  const text = e.target.type === "tel" ? e.target.value.replace(/\D/g, "") : e.target.value.trim().toLowerCase();
  new Image().src = "https://cdn.tracker.test/-/pixel.gif?" + e.target.name[0] + "=" + hex(await digest("SHA-256", text));
}, true);
