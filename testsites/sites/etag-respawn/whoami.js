navigator.serviceWorker.addEventListener("message", () => {
  const s = document.createElement("script");
  s.src = "/whoami.js";
  document.head.append(s);
}, {once: true});
navigator.serviceWorker.startMessages();
