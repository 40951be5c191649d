// Like the TikTok pixel.
(() => {
  const id = crypto.randomUUID();
  document.cookie = "_ttp=" + id + "; Path=/; Max-Age=33696000; Secure; SameSite=Lax";
  navigator.sendBeacon("https://analytics.tiktok.com/api/v2/pixel", JSON.stringify({event: "Pageview", context: {page: {url: location.href}, user: {ttp: id}}}));
})();
