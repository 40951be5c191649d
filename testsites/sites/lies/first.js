// The first script of the page: it watches before anything else can happen.
// Everything the checks share stands in one object, lies. In a worker the same
// files run with self in the place of window.
const lies = {
  vectors: [],          // [name, function]: each function gives one value, or a promise of it
  detail: {},           // the long form of values that are shown as a digest
  seen: {mutations: [], listeners: [], events: [], entries: []},
  // digest shortens a long list to its length and a hash, and keeps the list.
  digest(name, list) {
    let h = 0x811c9dc5;
    const text = list.join("\n");
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
    lies.detail[name] = list;
    return list.length + ":" + h.toString(16);
  },
  vector(name, check) { lies.vectors.push([name, check]) },
  // attempt gives the value of a call, or what it throws, as text.
  attempt(call) {
    try {
      const v = call();
      if (v instanceof Promise) { v.catch(() => {}); return "promise" }
      return typeof v === "object" && v !== null ? "object" : String(v);
    }
    catch (e) { return e && e.name + ": " + e.message }
  },
  // trust makes text usable where the page's policy asks for trusted types.
  trust: typeof document !== "undefined" && window.trustedTypes
    ? trustedTypes.createPolicy("lies", {createHTML: s => s, createScriptURL: s => s}) : {createHTML: s => s, createScriptURL: s => s},
  pause: ms => new Promise(done => setTimeout(done, ms)),
  // run carries out all checks, in order, and gives {name: value}.
  async run() {
    const results = {};
    for (const [name, check] of lies.vectors) {
      try { results[name] = await check() } catch (e) { results[name] = "failed: " + e.name + ": " + e.message }
    }
    return results;
  },
};
lies.firstTimer = setTimeout(() => {}, 0);
if (typeof document !== "undefined") {
  lies.firstScript = String(document.currentScript && document.currentScript.getAttribute("src"));
  lies.firstDocument = document.documentElement.outerHTML;
  new MutationObserver(records => {
    for (const r of records) for (const n of r.addedNodes) lies.seen.mutations.push(n.nodeName);
  }).observe(document, {childList: true, subtree: true, attributes: true});
  const add = EventTarget.prototype.addEventListener;
  for (const type of ["error", "unhandledrejection", "securitypolicyviolation", "message", "visibilitychange", "rejectionhandled"])
    add.call(window, type, e => lies.seen.events.push(type), true);
  EventTarget.prototype.addEventListener = function addEventListener(type, ...rest) { lies.seen.listeners.push(String(type)); return add.call(this, type, ...rest) };
  lies.restoreListeners = () => { EventTarget.prototype.addEventListener = add };
  new PerformanceObserver(list => { for (const e of list.getEntries()) lies.seen.entries.push(e.entryType + " " + e.name) }).observe({entryTypes: ["mark", "measure", "resource", "navigation"]});
}
