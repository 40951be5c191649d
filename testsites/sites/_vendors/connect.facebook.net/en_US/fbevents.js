// Like the Meta pixel: keeps _fbp and reports events, with the hash of the e-mail address
// that the page gives it.
(() => {
  const site = location.hostname.split(".").slice(-2).join(".");
  const kept = /(?:^|; )_fbp=([^;]+)/.exec(document.cookie);
  const browser = kept ? kept[1] : `fb.1.${Date.now()}.${Math.floor(Math.random() * 1e18)}`;
  document.cookie = `_fbp=${browser}; Domain=${site}; Path=/; Max-Age=7776000; SameSite=Lax`;
  let pixel = "", person = Promise.resolve("");
  const hash = async text => [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))].map(b => b.toString(16).padStart(2, "0")).join("");
  const call = async (command, a, b = {}) => {
    if (command === "init") {
      pixel = a;
      if (b && b.em) person = hash(b.em);
    }
    if (command !== "track") return;
    b = b || {};
    const q = new URLSearchParams({id: pixel, ev: a, dl: location.href, rl: document.referrer, ts: Date.now(), sw: screen.width, sh: screen.height, fbp: browser});
    for (const key of Object.keys(b)) q.set(`cd[${key}]`, b[key]);
    const em = await person;
    if (em) q.set("ud[em]", em);
    new Image().src = "https://www.facebook.com/tr/?" + q;
  };
  const queue = window.fbq && window.fbq.queue || [];
  window.fbq = call;
  for (const args of queue) call(...args);
})();
