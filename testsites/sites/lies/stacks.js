// What a page can read off error stacks while the browser calls back into it.
(() => {
  const page = typeof document !== "undefined";
  const draw = () => new OffscreenCanvas(16, 16).getContext("2d");
  // Each entry calls an API with an argument whose conversion runs page code.
  const entries = {
    "fill-text": spy => draw().fillText(spy, 0, 0),
    "measure-text": spy => draw().measureText(spy),
    "get-image-data": spy => draw().getImageData({valueOf: spy.toString}, 0, 1, 1),
  };
  if (page) Object.assign(entries, {
    "to-data-url": spy => document.createElement("canvas").toDataURL(spy),
    "get-context": spy => document.createElement("canvas").getContext(spy),
    "cookie": spy => { document.cookie = spy },
    "set-item": spy => sessionStorage.setItem("stack", spy),
    "match-media": spy => matchMedia(spy),
    "fonts-check": spy => document.fonts.check(spy),
    "send-beacon": spy => navigator.sendBeacon("/-/collect", spy),
  });
  const during = (call, look) => { let got = "not called"; lies.attempt(() => call({toString() { got = look(); return "12px serif" }})); return got };
  for (const [name, call] of Object.entries(entries)) {
    lies.vector("stack.argument." + name, () => during(call, () => new Error("x").stack));
    lies.vector("stack.call-sites." + name, () => during(call, () => {
      const had = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
      Error.prepareStackTrace = (e, sites) => sites.map(s => [s.getFunctionName(), s.getTypeName(), s.getMethodName(), s.isNative(), s.isEval(), s.isToplevel(), s.isConstructor(), s.isAsync()].join(" ")).join("; ");
      const text = new Error("x").stack;
      had ? Object.defineProperty(Error, "prepareStackTrace", had) : delete Error.prepareStackTrace;
      return text;
    }));
    lies.vector("stack.capture." + name, () => during(call, () => { const o = {}; Error.captureStackTrace(o); return o.stack }));
    lies.vector("stack.throwing-argument." + name, () => {
      try { call({toString() { throw new Error("from the page") }}); return "no error" } catch (e) { return e.stack }
    });
    lies.vector("stack.caller." + name, () => {
      let got = "not called";
      const spy = {toString: function () { try { got = String(arguments.callee.caller && arguments.callee.caller.name) } catch (e) { got = e.message } return "x" }};
      lies.attempt(() => call(spy));
      return got;
    });
  }
  lies.vector("stack.wrong-receiver", () => lies.digest("stack.wrong-receiver", lies.functionsOf(self).map(([label, f]) => { try { Promise.resolve(f.call({})).catch(() => {}); return label } catch (e) { return label + " " + e.stack } })));
  lies.vector("stack.limit-one", () => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    const text = lies.attempt(() => during(entries["fill-text"], () => new Error("x").stack));
    Error.stackTraceLimit = limit;
    return text;
  });
  lies.vector("stack.limit-unchanged", () => { lies.exercise(lies.prepare()); return Error.stackTraceLimit + JSON.stringify(Object.getOwnPropertyDescriptor(Error, "stackTraceLimit")) });
  lies.vector("stack.prepare-not-called", async () => {
    const ready = lies.prepare();
    let calls = 0;
    Error.prepareStackTrace = (e, sites) => { calls++; return String(e) };
    lies.exercise(ready);
    await lies.pause(100);
    delete Error.prepareStackTrace;
    return calls;
  });
  lies.vector("stack.accessors-not-used", () => {
    const ready = lies.prepare(), limit = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit");
    let uses = 0;
    const spy = {configurable: true, get() { uses++ }, set() { uses++ }};
    Object.defineProperty(Error, "prepareStackTrace", spy);
    Object.defineProperty(Error, "stackTraceLimit", spy);
    lies.exercise(ready);
    delete Error.prepareStackTrace;
    Object.defineProperty(Error, "stackTraceLimit", limit);
    return uses;
  });
  lies.vector("stack.error-name-not-read", async () => {
    let reads = 0;
    class Spy extends Error { get name() { reads++; return "Spy" } get stack() { reads++; return "" } }
    const ready = lies.prepare();
    lies.exercise(ready);
    lies.attempt(() => ready.draw.fillText({toString() { throw new Spy() }}, 0, 0));
    await lies.pause(50);
    return reads;
  });
  // Near the end of the stack a call works or throws RangeError; nothing else.
  lies.vector("stack.at-the-limit", () => {
    const d = draw(), kinds = new Set();
    const dive = () => { try { dive() } catch (e) { kinds.add(e.name); return } try { navigator.userAgent; d.measureText("x") } catch (e) { kinds.add(e.name) } };
    dive();
    return [...kinds].sort().join();
  });
  lies.vector("stack.async", async () => {
    const deep = async () => { await null; navigator.userAgent; return new Error("x").stack };
    const outer = async () => await deep();
    return await outer();
  });
  if (!page) return;
  lies.vector("stack.error-event", () => new Promise(done => {
    const old = onerror;
    window.onerror = (message, file, line, column, e) => { window.onerror = old; lies.seen.events.pop(); done([message, file, line, column, e && e.stack].join("|")); return true };
    setTimeout(() => CanvasRenderingContext2D.prototype.fillText.call({}, "x"), 0);
  }));
  lies.vector("stack.rejection-event", () => new Promise(done => {
    window.onunhandledrejection = e => { window.onunhandledrejection = null; lies.seen.events.pop(); e.preventDefault(); done(e.reason.stack) };
    Navigator.prototype.getBattery ? Navigator.prototype.getBattery.call({}) : Promise.reject(new Error("x"));
  }));
})();
