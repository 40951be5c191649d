// How a site of its own making keeps the choice: the cookie
// cookie_choice=analytics:1|marketing:0, for six months. Attributes say what
// the parts of its dialog do:
//
//   data-ask            the dialog; seen as long as nothing is chosen
//   data-layer          one layer of it; the first is seen first
//   data-open="2"       goes to a layer
//   data-choose="all"   keeps a choice: all, none, boxes (what is ticked), later (nothing)
//   data-reopen         shows the dialog again
const choice = (() => {
  const purposes = ["analytics", "marketing"];
  const each = (selector, f) => document.querySelectorAll(selector).forEach(f);
  const read = () => {
    const kept = /(?:^|; )cookie_choice=([^;]+)/.exec(document.cookie);
    return kept && Object.fromEntries(kept[1].split("|").map(pair => [pair.split(":")[0], pair.endsWith(":1")]));
  };
  const write = wanted => {
    const text = purposes.map(purpose => `${purpose}:${wanted[purpose] ? 1 : 0}`).join("|");
    document.cookie = `cookie_choice=${text}; Path=/; Max-Age=${183 * 86400}; Secure; SameSite=Lax`;
  };
  const run = () => { const kept = read() || {}; for (const purpose of purposes) if (kept[purpose]) tags[purpose]() };
  const layer = n => each("[data-layer]", e => { e.hidden = e.dataset.layer !== String(n) });
  const hide = () => each("[data-ask]", e => { e.hidden = true });
  // What a site does in its own way, it sets here.
  const site = {
    // Keeps a choice and acts on it.
    set(wanted) {
      write(wanted);
      if (!purposes.every(purpose => wanted[purpose])) tags.forget();
      run();
    },
    start() { if (read()) run(); else site.show() },
    show() { layer(1); each("[data-ask]", e => { e.hidden = false }) },
  };
  const wanted = how => Object.fromEntries(purposes.map(purpose => {
    const box = document.querySelector(`[data-ask] [name=${purpose}]`);
    return [purpose, how === "all" || how === "boxes" && box !== null && (box.checked || box.ariaChecked === "true")];
  }));
  addEventListener("DOMContentLoaded", () => {
    each("[data-open]", e => e.addEventListener("click", event => { event.preventDefault(); layer(e.dataset.open) }));
    each("[data-choose]", e => e.addEventListener("click", event => {
      event.preventDefault();
      hide();
      if (e.dataset.choose !== "later") site.set(wanted(e.dataset.choose), e.dataset.choose);
    }));
    each("[data-reopen]", e => e.addEventListener("click", event => { event.preventDefault(); site.show() }));
    site.start();
  });
  return {read, write, run, hide, site};
})();
