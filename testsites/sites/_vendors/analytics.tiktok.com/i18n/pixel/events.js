// Like the TikTok pixel: keeps _ttp and reports what the page has queued, or a page view.
(() => {
  const id = crypto.randomUUID();
  document.cookie = "_ttp=" + id + "; Path=/; Max-Age=33696000; Secure; SameSite=Lax";
  const code = new URL(document.currentScript.src).searchParams.get("sdkid");
  const send = (event, properties = {}) => navigator.sendBeacon("https://analytics.tiktok.com/api/v2/pixel",
    JSON.stringify({event, properties, context: {pixel: {code}, page: {url: location.href}, user: {ttp: id}}}));
  const queue = Array.isArray(window.ttq) && window.ttq.length ? [...window.ttq] : [["page"]];
  for (const [command, name, data] of queue) {
    if (command === "page") send("Pageview");
    if (command === "track") send(name, data);
  }
})();
