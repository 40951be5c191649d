// Like Hotjar: keeps a visitor id and starts a recording.
(() => {
  const user = crypto.randomUUID();
  document.cookie = "_hjSessionUser_1=" + btoa(user) + "; Path=/; Max-Age=31536000; Secure; SameSite=None";
  document.cookie = "_hjSession_1=" + btoa(crypto.randomUUID()) + "; Path=/; Max-Age=1800; Secure; SameSite=None";
  fetch("https://content.hotjar.io/?site_id=1", {method: "POST", body: JSON.stringify({user, html: document.documentElement.outerHTML.length})});
})();
