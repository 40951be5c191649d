// Keeps a draft of the form at the site itself, packed, and measures how far readers
// come.
const form = document.querySelector("form");
let deepest = 0;
addEventListener("scroll", () => { deepest = Math.max(deepest, scrollY + innerHeight) });
addEventListener("mousemove", () => { form.dataset.near = "yes" });
let kept = "";
setInterval(async () => {
  const now = JSON.stringify([...new FormData(form)]) + deepest;
  if (now === kept) return;
  kept = now;
  const text = JSON.stringify({draft: Object.fromEntries(new FormData(form)), deepest, title: document.title, words: "tea ".repeat(100)});
  const packed = new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer());
  fetch("/-/collect", {method: "POST", body: JSON.stringify({v: 3, d: btoa(String.fromCharCode(...packed))})});
}, 700);
