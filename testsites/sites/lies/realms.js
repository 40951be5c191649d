// What a page can see by comparing itself with other realms, and by watching.
(() => {
  const frame = html => {
    const d = document.createElement("div"), f = document.createElement("iframe");
    if (html) f.srcdoc = lies.trust.createHTML(html);
    d.append(f);
    document.body.append(d);
    return f;
  };
  const inFrame = (name, look, html) => lies.vector("realm." + name, () => { const f = frame(html); try { return look(f.contentWindow, f) } finally { f.parentNode.remove() } });
  const text = (realm, f) => realm.Function.prototype.toString.call(f);

  inFrame("to-string-across", w => lies.digest("realm.to-string-across", lies.functionsOf(self).map(([l, f]) => l + text(w, f))));
  inFrame("to-string-of-theirs", w => lies.digest("realm.to-string-of-theirs", lies.functionsOf(w).map(([l, f]) => l + text(self, f) + f.name + f.length)));
  inFrame("functions-differ", w => { const theirs = new Map(lies.functionsOf(w)); return lies.functionsOf(self).filter(([l, f]) => theirs.get(l) === f).map(x => x[0]).join() });
  inFrame("parents", w => lies.functionsOf(w).filter(([l, f]) => Object.getPrototypeOf(f) !== w.Function.prototype && Object.getPrototypeOf(f) !== w.EventTarget && Object.getPrototypeOf(f) !== w.BaseAudioContext).map(x => x[0]).join());
  inFrame("all-functions-agree", w => { const here = lies.allFunctions(self), there = new Set(lies.allFunctions(w)); return here.filter(l => !there.has(l)).join("; ") });
  inFrame("prototype-keys-agree", w => Object.getOwnPropertyNames(w).filter(n => /^[A-Z]/.test(n) && w[n] && w[n].prototype && self[n] && self[n].prototype && Reflect.ownKeys(w[n].prototype).map(String).join() !== Reflect.ownKeys(self[n].prototype).map(String).join()).join());
  inFrame("wrong-receiver-error", w => { try { w.CanvasRenderingContext2D.prototype.fillText.call({}, "x") } catch (e) { return [e instanceof w.TypeError, e instanceof TypeError, e.message, e.stack].join(" ") } });
  inFrame("across-canvas", w => { const c = document.createElement("canvas"); return [w.HTMLCanvasElement.prototype.toDataURL.call(c).length, c.toDataURL.call(w.document.createElement("canvas")).length].join() });
  inFrame("frame-error-keys", w => Reflect.ownKeys(w.Error).map(String).join() + w.Error.stackTraceLimit);
  inFrame("frame-console", w => Reflect.ownKeys(w.console).map(String).join() === Reflect.ownKeys(console).map(String).join());
  inFrame("srcdoc-names", w => lies.digest("realm.srcdoc-names", Object.getOwnPropertyNames(w).sort()), "x");
  inFrame("document", w => w.document.documentElement.outerHTML + w.document.scripts.length + w.document.readyState + w.document.URL);
  inFrame("own-keys", w => [w.navigator, w.screen, w.document, w.performance].map(o => Reflect.ownKeys(o).map(String).join()).join("|"));
  inFrame("content-window-text", () => { const d = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow"); return Function.prototype.toString.call(d.get) + d.get.name });
  lies.vector("realm.after-removal", () => { const f = frame(), read = f.contentWindow.HTMLCanvasElement.prototype.toDataURL; f.parentNode.remove(); return lies.attempt(() => read.call(document.createElement("canvas")).length) });
  lies.vector("realm.loads-once", () => new Promise(done => { let loads = 0; const f = document.createElement("iframe"); f.onload = () => loads++; f.srcdoc = lies.trust.createHTML("x"); document.body.append(f); setTimeout(() => { f.remove(); done(loads) }, 300) }));

  lies.vector("observer.first-script", () => lies.firstScript);
  lies.vector("observer.first-document", () => lies.firstDocument.replace(/\s+/g, " "));
  lies.vector("observer.scripts", () => [...document.scripts].map(s => s.getAttribute("src") || "inline " + s.textContent.length).join());
  lies.vector("observer.attributes", () => document.documentElement.getAttributeNames().concat(document.body.getAttributeNames()).join());
  lies.vector("observer.styles", () => document.styleSheets.length + ":" + document.adoptedStyleSheets.length);
  lies.vector("observer.mutations", () => [...new Set(lies.seen.mutations)].sort().join());
  lies.vector("observer.mutations-by-exercise", async () => {
    await lies.pause(0);
    lies.seen.mutations.length = 0;
    lies.exercise(lies.prepare());
    await lies.pause(20);
    return lies.seen.mutations.join();
  });
  lies.vector("observer.timers", () => { const before = setTimeout(() => {}, 0); lies.exercise(lies.prepare()); return lies.firstTimer + "," + (setTimeout(() => {}, 0) - before) });
  lies.vector("observer.frames", () => [window.length, self === top, window.opener, window.name, history.length].join());
  // The files of this page, and the browser's own measurements, are expected.
  const unexpected = list => [...new Set(list)].filter(n => !/^(paint|visibility-state|largest|layout|event|first-input|long|back-forward|soft|interaction|navigation https:\/\/lies\.test\/|resource https:\/\/lies\.test\/(-\/|[a-z]+\.(js|ico)))/.test(n)).sort().join();
  lies.vector("observer.performance", () => unexpected(performance.getEntries().map(e => e.entryType + " " + e.name)));
  lies.vector("observer.performance-observer", () => unexpected(lies.seen.entries));
  lies.vector("observer.storage", async () => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie, (await indexedDB.databases()).map(d => d.name), await caches.keys()].map(l => String(l)).join("|"));
  lies.vector("observer.active-element", () => document.activeElement.nodeName + document.designMode + document.compatMode);
})();
