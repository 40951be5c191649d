// The guest of an ad slot: keeps a code of its own on the page's site and on its own,
// and tells a partner of it.
(() => {
  const me = new URL(document.currentScript.src).hostname;
  const number = me.replace(/\D/g, "");
  const code = Array.from(crypto.getRandomValues(new Uint8Array(10)), b => b.toString(16).padStart(2, "0")).join("");
  document.cookie = "guest" + number + "=" + code + "; Max-Age=31536000; Path=/; Secure";
  localStorage.setItem("guest." + number, code);
  for (const host of [me, "partner-" + number + ".test"]) {
    const picture = new Image();
    picture.src = "https://" + host + "/-/id.gif?name=guest&code=" + code + "&page=" + encodeURIComponent(location.href);
    document.getElementById("slot").append(picture);
  }
})();
