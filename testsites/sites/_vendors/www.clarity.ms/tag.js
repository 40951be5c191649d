// Like Clarity: two cookies, a pixel with an id, and a first upload.
(() => {
  document.cookie = "_clck=" + Math.random().toString(36).slice(2) + "%7C2%7Cfoo; Path=/; Max-Age=31536000; Secure; SameSite=Lax";
  document.cookie = "_clsk=" + Math.random().toString(36).slice(2) + "%7C" + Date.now() + "; Path=/; Max-Age=86400; Secure; SameSite=Lax";
  new Image().src = "https://c.clarity.ms/c.gif?Red3=foo";
  fetch("https://b.clarity.ms/collect", {method: "POST", body: JSON.stringify({page: location.href})});
})();
