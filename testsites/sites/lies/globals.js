// What a page can see in the global objects.
(() => {
  const names = o => Object.getOwnPropertyNames(o);
  lies.vector("globals.names", () => lies.digest("globals.names", names(self).sort()));
  lies.vector("globals.order", () => lies.digest("globals.order", names(self)));
  lies.vector("globals.symbols", () => Object.getOwnPropertySymbols(self).map(String).join());
  lies.vector("globals.enumerable", () => { const l = []; for (const k in self) l.push(k); return lies.digest("globals.enumerable", l) });
  lies.vector("globals.last-defined", () => names(self).slice(-3).join());
  lies.vector("globals.descriptors", () => lies.digest("globals.descriptors", names(self).sort().map(n => { const d = Object.getOwnPropertyDescriptor(self, n); return n + " " + d.configurable + d.enumerable + d.writable + typeof d.get })));
  lies.vector("globals.navigator-keys", () => [...Reflect.ownKeys(navigator), "|", ...Reflect.ownKeys(Object.getPrototypeOf(navigator))].map(String).join());
  lies.vector("globals.unexpected", () => names(self).filter(n => /^(cdc_|__(webdriver|selenium|driver|puppeteer|playwright|fxdriver|nightmare|probe|instrument)|_?phantom|callPhantom|domAutomation|\$z|\$cdc)/i.test(n)).join());
  lies.vector("globals.function-keys", () => Reflect.ownKeys(Function.prototype).map(String).join());
  lies.vector("globals.object-keys", () => Reflect.ownKeys(Object.prototype).map(String).join());
  lies.vector("globals.error-keys", () => [Reflect.ownKeys(Error), Reflect.ownKeys(Error.prototype)].map(k => k.map(String).join()).join("|") + Error.stackTraceLimit + typeof Error.prepareStackTrace);
  lies.vector("globals.error-instance-keys", () => { const e = new Error("x"); return Reflect.ownKeys(e).map(String).join() + JSON.stringify(Object.getOwnPropertyDescriptor(e, "stack") ? Object.keys(Object.getOwnPropertyDescriptor(e, "stack")) : 0) });
  lies.vector("globals.console-keys", () => Reflect.ownKeys(console).map(k => String(k) + typeof console[k]).join());
  lies.vector("globals.console-text", () => ["debug", "log", "info", "error"].map(k => Function.prototype.toString.call(console[k]) + console[k].name).join());
  lies.vector("environment.webdriver", () => String(navigator.webdriver) + ("webdriver" in navigator));
  lies.vector("environment.user-agent", () => navigator.userAgent);
  lies.vector("environment.languages", () => String(navigator.languages));

  if (typeof document === "undefined") return;
  lies.vector("globals.screen-keys", () => [...Reflect.ownKeys(screen), "|", ...Reflect.ownKeys(Screen.prototype)].map(String).join());
  lies.vector("globals.document-keys", () => Reflect.ownKeys(document).map(String).join());
  lies.vector("globals.performance-keys", () => [...Reflect.ownKeys(performance), "|", ...Reflect.ownKeys(Performance.prototype)].map(String).join());
  lies.vector("globals.chrome-keys", () => typeof chrome === "undefined" ? "none" : Reflect.ownKeys(chrome).map(String).join());
  lies.vector("globals.against-frame", () => {
    const f = document.createElement("iframe");
    document.body.append(f);
    const there = new Set(names(f.contentWindow)), here = new Set(names(window));
    f.remove();
    return "only here: " + [...here].filter(n => !there.has(n)).sort() + "; only there: " + [...there].filter(n => !here.has(n)).sort();
  });
  lies.vector("globals.shape-of-storage", () => [localStorage, sessionStorage].map(s => Object.prototype.toString.call(s) + Object.keys(s).length + (Object.getPrototypeOf(s) === Storage.prototype)).join());
  lies.vector("environment.plugins", () => navigator.plugins.length + ":" + navigator.pdfViewerEnabled);
  lies.vector("environment.window", () => [outerWidth > 0, outerHeight > 0, screenX, screenY, typeof window.chrome].join());
  // Asked before any vector runs: some of them ask for permission, and the browser's "no" comes when it comes.
  const permission = Notification.permission, state = navigator.permissions.query({name: "notifications"}).then(s => s.state);
  lies.vector("environment.permission-agrees", async () => permission + "/" + await state);
})();
