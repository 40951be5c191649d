// Like the Google tag: keeps a client id in _ga and reports page views and events, as far as consent mode lets it.
(() => {
  const own = document.currentScript.src, id = new URL(own).searchParams.get("id") || "G-TEST";
  const layer = window.dataLayer = window.dataLayer || [];
  const site = location.hostname.split(".").slice(-2).join(".");
  const types = ["ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"];
  const consent = {default: {}, update: {}};
  let lifetime = 63072000, client = "", started = false;
  const word = type => consent.update[type] || consent.default[type] || "";
  const letter = type => {
    const first = consent.default[type] || "", then = consent.update[type] || "";
    return {"": "l", denied: "p", granted: "t", "denied denied": "q", "denied granted": "r", " denied": "m", " granted": "n", "granted denied": "u", "granted granted": "v"}[then ? first + " " + then : first];
  };
  const random = () => Math.floor(Math.random() * 2147483647) + "." + Math.floor(Date.now() / 1000);
  const set = (name, value) => { document.cookie = `${name}=${value}; Domain=${site}; Path=/; Max-Age=${lifetime}` };
  // Without leave to store, the number is a new one on each page.
  const identify = () => {
    if (word("analytics_storage") === "denied") { client = client || random(); return }
    const kept = /(?:^|; )_ga=GA1\.1\.([^;]+)/.exec(document.cookie);
    client = kept ? kept[1] : client || random();
    set("_ga", "GA1.1." + client);
    set("_ga_" + id.replace("G-", ""), "GS1.1." + Math.floor(Date.now() / 1000) + ".1.0.0.0.0");
  };
  const send = (event, more = {}) => {
    const q = new URLSearchParams({v: 2, tid: id, cid: client, dl: location.href, dt: document.title, dr: document.referrer, ul: navigator.language, sr: screen.width + "x" + screen.height, en: event});
    const digit = type => ({granted: "1", denied: "0"}[word(type)] || "-");
    if (types.some(word)) q.set("gcs", "G1" + digit(types[0]) + digit(types[1]));
    q.set("gcd", "13" + types.map(letter).join("3") + (types.some(word) ? "5" : "1"));
    for (const key of Object.keys(more)) q.set(key, more[key]);
    navigator.sendBeacon("https://www.google-analytics.com/g/collect?" + q);
  };
  const start = () => {
    if (started) return;
    started = true;
    identify();
    send("page_view");
  };
  const run = ([command, a, b]) => {
    if (command === "consent" && consent[a]) {
      Object.assign(consent[a], b);
      if (started && a === "update") { identify(); send("page_view", {gcu: 1}) }
    }
    if (command === "config") {
      if (b && b.cookie_expires) lifetime = b.cookie_expires;
      if (b && b.client_id) client = b.client_id;
      start();
    }
    if (command === "event" && started) send(a, values(b));
  };
  // Amounts and texts that a page reports with an event.
  const values = (data = {}) => Object.fromEntries(Object.entries(data).filter(([, v]) => typeof v !== "object")
    .map(([k, v]) => k === "currency" ? ["cu", v] : [(typeof v === "number" ? "epn." : "ep.") + k, v]));
  const push = layer.push;
  const waiting = [...layer];
  for (const item of waiting) if (item[0] !== "event") run(item);
  for (const item of waiting) if (item[0] === "event") run(item);
  layer.push = (...items) => { const n = push.apply(layer, items); for (const i of items) run(i); return n };
  setTimeout(start, 100); // for pages that do not configure it
})();
