// What a page can count while its own objects and patched built-ins lie in the way.
(() => {
  const page = typeof document !== "undefined";
  // spyObject logs every way in which its value is looked at.
  const spyObject = (log, text = "12px serif") => new Proxy({}, {
    get(t, key) { log.push("get " + String(key)); if (key === Symbol.toPrimitive) return () => { log.push("primitive"); return text }; return undefined },
    has(t, key) { log.push("has " + String(key)); return false },
    ownKeys() { log.push("ownKeys"); return [] },
    getOwnPropertyDescriptor(t, key) { log.push("descriptor " + String(key)); return undefined },
    getPrototypeOf() { log.push("prototype"); return Object.prototype },
    isExtensible() { log.push("extensible"); return true },
    set(t, key) { log.push("set " + String(key)); return true },
    defineProperty(t, key) { log.push("define " + String(key)); return true },
  });
  const calls = {
    "fill-text": s => new OffscreenCanvas(9, 9).getContext("2d").fillText(s, s, s),
    "measure-text": s => new OffscreenCanvas(9, 9).getContext("2d").measureText(s),
    "convert-to-blob": s => { new OffscreenCanvas(9, 9).convertToBlob(s).catch(() => {}) },
    "fetch": s => { fetch("/-/json", s).catch(() => {}) },
  };
  if (page) Object.assign(calls, {
    "get-context": s => document.createElement("canvas").getContext("2d", s),
    "to-data-url": s => document.createElement("canvas").toDataURL(s, s),
    "get-image-data": s => document.createElement("canvas").getContext("2d").getImageData(0, 0, 1, 1, s),
    "cookie": s => { document.cookie = s },
    "set-item": s => sessionStorage.setItem(s, s),
    "match-media": s => matchMedia(s),
    "fonts-check": s => document.fonts.check(s, s),
    "add-listener": s => window.addEventListener("lie", s, s),
    "peer": s => new RTCPeerConnection(s),
    "permission": s => { navigator.permissions.query(s).catch(() => {}) },
    "high-entropy": s => { navigator.userAgentData && navigator.userAgentData.getHighEntropyValues(s).catch(() => {}) },
    "send-beacon": s => navigator.sendBeacon("/-/collect", s),
    "get-parameter": s => { const gl = lies.prepare().gl; gl && gl.getParameter(s) },
    "offline-audio": s => new OfflineAudioContext(s),
    "indexed-db": s => { indexedDB.open(s) },
  });
  for (const [name, call] of Object.entries(calls)) {
    lies.vector("trap.argument." + name, async () => {
      const log = [], outcome = lies.attempt(() => { call(spyObject(log)); return "fine" });
      await lies.pause(20);
      return outcome + ": " + log.join(", ");
    });
  }
  lies.vector("trap.to-json", async () => {
    let count = 0;
    const o = {toString: () => "lie", toJSON() { count++; return 1 }, get id() { count++; return 1 }};
    for (const call of Object.values(calls)) lies.attempt(() => call(o));
    await lies.pause(50);
    return count;
  });

  // hits counts uses of accessors put on an object while the exercise runs.
  const hits = (target, keys) => {
    const ready = lies.prepare(), log = [], had = [];
    let on = false;
    for (const key of keys) {
      had.push([key, Reflect.getOwnPropertyDescriptor(target, key)]);
      Object.defineProperty(target, key, {__proto__: null, configurable: true, enumerable: false,
        get() { if (on) log.push("get " + key); return undefined },
        set(v) { if (on) log.push("set " + key); Object.defineProperty(this, key, {__proto__: null, value: v, configurable: true, writable: true, enumerable: true}) }});
    }
    on = true;
    lies.exercise(ready);
    on = false;
    for (const [key, d] of had) d ? Object.defineProperty(target, key, d) : delete target[key];
    return log.length + ": " + log.sort().join(", ");
  };
  const common = ["value", "get", "set", "n", "s", "a", "t", "k", "v", "i", "id", "key", "url", "line", "column", "args", "api", "stack", "result", "count", "kind", "data", "script", "this",
    "method", "params", "message", "frame", "token", "target", "type", "length", "writable", "enumerable", "configurable", "then", "toJSON", "index", "0", "1", "2", "3"];
  lies.vector("trap.object-prototype", () => hits(Object.prototype, common));
  lies.vector("trap.array-prototype", () => hits(Array.prototype, ["0", "1", "2", "3", "7", "30"]));
  lies.vector("trap.error-prototype", () => hits(Error.prototype, ["stack", "name", "message", "cause"]));
  lies.vector("trap.function-prototype", () => hits(Function.prototype, ["displayName", "prototype", "inspect", "original", "wrapped"]));
  if (page) lies.vector("trap.element-properties", () => hits(HTMLCanvasElement.prototype, ["width", "height"]) + "|" + hits(Element.prototype, ["id", "className", "tagName", "attributes"]) + "|" + hits(Node.prototype, ["isConnected", "nodeName", "parentNode", "ownerDocument"]));
  if (page) lies.vector("trap.own-properties", () => {
    const ready = lies.prepare(), log = [];
    for (const o of [ready.element, ready.paint, ready.span])
      for (const key of ["width", "height", "id", "canvas", "nodeName", "isConnected", "ownerDocument", "toString", "toJSON", "constructor"])
        Object.defineProperty(o, key, {configurable: true, get() { log.push("get " + key); return undefined }});
    lies.exercise(ready);
    return log.join(", ");
  });

  // One vector for each patched built-in: how often the exercise uses it.
  const builtins = {
    Function: [Function.prototype, ["call", "apply", "bind", "toString"]],
    Object: [Object, ["keys", "entries", "create", "defineProperty", "getOwnPropertyDescriptor", "getPrototypeOf", "assign", "freeze", "is", "getOwnPropertyNames"]],
    ObjectPrototype: [Object.prototype, ["toString", "hasOwnProperty", "valueOf"]],
    Reflect: [Reflect, ["apply", "construct", "get", "set", "ownKeys", "defineProperty", "deleteProperty", "getOwnPropertyDescriptor", "getPrototypeOf"]],
    Array: [Array.prototype, ["push", "pop", "join", "map", "slice", "splice", "concat", "indexOf", "forEach", "filter", "includes", "shift"]],
    ArrayStatic: [Array, ["from", "isArray", "of"]],
    String: [String.prototype, ["slice", "substring", "split", "replace", "indexOf", "includes", "startsWith", "charCodeAt", "match", "trim", "concat", "toString", "lastIndexOf"]],
    Number: [Number.prototype, ["toString", "toFixed"]],
    RegExp: [RegExp.prototype, ["exec", "test"]],
    JSON: [JSON, ["stringify", "parse"]],
    Promise: [Promise.prototype, ["then", "catch", "finally"]],
    PromiseStatic: [Promise, ["resolve", "all"]],
    Map: [Map.prototype, ["get", "set", "has"]],
    Set: [Set.prototype, ["add", "has"]],
    WeakMap: [WeakMap.prototype, ["get", "set", "has"]],
    WeakSet: [WeakSet.prototype, ["add", "has"]],
    WeakRef: [WeakRef.prototype, ["deref"]],
    Math: [Math, ["random", "floor", "imul", "min", "max"]],
    Date: [Date, ["now"]],
    Error: [Error, ["captureStackTrace"]],
    ErrorPrototype: [Error.prototype, ["toString"]],
    Performance: [Performance.prototype, ["now", "mark"]],
    console: [console, ["debug", "log", "info", "warn", "error", "trace", "dir", "table", "timeStamp", "profile", "context"]],
    global: [self, ["setTimeout", "setInterval", "queueMicrotask", "fetch", "postMessage", "btoa", "structuredClone", "String", "Number", "Error", "Proxy", "Date", "Map", "WeakMap", "Symbol"]],
    EventTarget: [EventTarget.prototype, ["addEventListener", "dispatchEvent", "removeEventListener"]],
    MessagePort: [MessagePort.prototype, ["postMessage"]],
    BroadcastChannel: [BroadcastChannel.prototype, ["postMessage"]],
    XMLHttpRequest: typeof XMLHttpRequest === "undefined" ? [{}, []] : [XMLHttpRequest.prototype, ["open", "send"]],
  };
  if (page) Object.assign(builtins, {
    Document: [Document.prototype, ["createElement", "createEvent", "querySelector", "getElementsByTagName", "createNodeIterator"]],
    Node: [Node.prototype, ["appendChild", "removeChild", "contains", "compareDocumentPosition"]],
    Element: [Element.prototype, ["setAttribute", "getAttribute", "append", "remove", "attachShadow"]],
    Window: [window, ["getComputedStyle", "requestAnimationFrame", "requestIdleCallback"]],
    Canvas: [HTMLCanvasElement.prototype, ["getContext", "toDataURL", "toBlob"]],
    Paint: [CanvasRenderingContext2D.prototype, ["getImageData", "measureText", "fillText"]],
  });
  let counts;
  const countAll = async () => {
    if (counts) return counts;
    counts = {};
    const ready = lies.prepare(), undo = [];
    let on = false;
    for (const [group, [owner, keys]] of Object.entries(builtins)) {
      for (const key of keys) {
        const d = Reflect.getOwnPropertyDescriptor(owner, key);
        if (!d || typeof d.value !== "function" || !d.configurable) continue;
        const label = group + "." + key, original = d.value, apply = Reflect.apply, construct = Reflect.construct;
        counts[label] = 0;
        const patched = function (...args) { if (on) counts[label]++; return new.target ? construct(original, args, new.target) : apply(original, this, args) };
        patched.prototype = original.prototype;
        for (const k of Reflect.ownKeys(original)) if (!(k in patched)) Reflect.defineProperty(patched, k, Reflect.getOwnPropertyDescriptor(original, k));
        Object.defineProperty(owner, key, {...d, value: patched});
        undo.push([owner, key, d]);
      }
    }
    on = true;
    lies.exercise(ready);
    on = false;
    for (const [owner, key, d] of undo) Reflect.defineProperty(owner, key, d);
    return counts;
  };
  for (const [group, [owner, keys]] of Object.entries(builtins))
    for (const key of keys) lies.vector("trap.count." + group + "." + key, async () => (await countAll())[group + "." + key] ?? "not patched");

  // What a debugger looks at when something is written to the console.
  const written = (name, make) => lies.vector("trap.console." + name, async () => {
    let count = 0;
    const o = make(() => { count++ });
    console.debug(o);
    await lies.pause(60);
    return count;
  });
  written("getter", hit => Object.defineProperty({}, "id", {enumerable: true, get: hit}));
  written("proxy", hit => new Proxy({}, {get: hit, ownKeys() { hit(); return [] }, getPrototypeOf() { hit(); return null }}));
  written("error-name", hit => new (class Spy extends Error { get name() { hit(); return "Spy" } })());
  written("error-stack", hit => { const e = new Error("x"); Object.defineProperty(e, "stack", {get: hit}); return e });
  written("error-message", hit => { const e = new Error("x"); Object.defineProperty(e, "message", {get: hit}); return e });
  written("pattern", hit => { const r = /x/; r.toString = () => { hit(); return "" }; return r });
  written("date", hit => { const d = new Date(0); d.toString = () => { hit(); return "" }; return d });
  written("function", hit => { const f = () => {}; f.toString = () => { hit(); return "" }; return f });
  written("to-string-tag", hit => Object.defineProperty({}, Symbol.toStringTag, {get() { hit(); return "Spy" }}));
  written("array", hit => { const a = [1]; Object.defineProperty(a, "1", {enumerable: true, get: hit}); return a });
  if (page) written("element", hit => { const e = document.createElement("div"); Object.defineProperty(e, "id", {get: hit}); return e });
  lies.vector("trap.console.prepare-stack", async () => {
    let count = 0;
    Error.prepareStackTrace = () => { count++; return "" };
    console.debug(new Error("x"));
    await lies.pause(60);
    delete Error.prepareStackTrace;
    return count;
  });
  if (page) lies.vector("trap.console.formatters", async () => {
    let count = 0;
    window.devtoolsFormatters = [{header() { count++; return null }, hasBody() { return false }}];
    console.debug({});
    await lies.pause(60);
    delete window.devtoolsFormatters;
    return count;
  });
  lies.vector("trap.debugger-pauses", () => { const start = Date.now(); debugger; return Date.now() - start > 500 });
})();
