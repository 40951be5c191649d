// What a page can read off the watched functions themselves.
(() => {
  const each = (name, look) => lies.vector(name, () => lies.digest(name, lies.functionsOf(self).map(([label, f, d]) => label + " = " + look(f, d, label))));
  const text = Function.prototype.toString;

  each("function.to-string", f => text.call(f));
  each("function.to-string-method", f => lies.attempt(() => f.toString()));
  each("function.to-string-template", f => lies.attempt(() => `${f}` + "" + f));
  each("function.descriptor", (f, d) => ["configurable", "enumerable", "writable"].map(k => k + ":" + d[k]).join());
  each("function.name-and-length", f => JSON.stringify([f.name, f.length]));
  each("function.own-keys", f => Reflect.ownKeys(f).map(String).join());
  each("function.own-descriptors", f => Reflect.ownKeys(f).map(k => { const d = Reflect.getOwnPropertyDescriptor(f, k); return String(k) + ":" + d.configurable + d.enumerable + d.writable }).join());
  each("function.prototype-property", f => typeof f.prototype + Object.hasOwn(f, "prototype"));
  each("function.parent", f => { const p = Object.getPrototypeOf(f); return p === Function.prototype ? "Function.prototype" : lies.attempt(() => p.name) });
  each("function.extensible", f => Object.isExtensible(f));
  each("function.wrong-receiver", f => lies.attempt(() => f.call({})));
  each("function.null-receiver", f => lies.attempt(() => f.call(null)));
  each("function.function-receiver", f => lies.attempt(() => f.call(f)));
  each("function.as-base-class", f => lies.attempt(() => { class Derived extends f {} return Derived.name }));
  each("function.instance-test", f => lies.attempt(() => ({}) instanceof f));
  each("function.caller-property", f => lies.attempt(() => f.caller));
  each("function.arguments-property", f => lies.attempt(() => f.arguments));
  each("function.to-string-of-object", f => lies.attempt(() => Object.create(f).toString()));
  each("function.bound-name", f => lies.attempt(() => f.bind(null).name + f.bind(null).length));
  each("function.same-each-time", (f, d, label) => { const again = lies.functionsOf(self).find(x => x[0] === label); return again[1] === f });
  // A Proxy around a function gives itself away by where its chain of parents overflows.
  each("function.cyclic-parent", f => {
    const parent = Object.getPrototypeOf(f);
    try { return lies.attempt(() => Object.setPrototypeOf(f, Object.create(f))) } finally { Object.setPrototypeOf(f, parent) }
  });
  each("function.deep-to-string", f => {
    let depth = 0;
    const dive = () => { if (depth++ < 200) dive(); else text.call(f) };
    return lies.attempt(dive);
  });
  // Constructors may be called with new here; the others must refuse it.
  each("function.new", f => /^(get |set )?[a-z]/.test(f.name) ? lies.attempt(() => new f()) : "skipped");
  each("function.reflect-construct", f => /^(get |set )?[a-z]/.test(f.name) ? lies.attempt(() => Reflect.construct(Object, [], f).constructor.name) : "skipped");
  lies.vector("function.to-string-itself", () => [text.call(text), text.name, text.length, Reflect.ownKeys(text).map(String)].join(" "));

  // allFunctions walks every interface that the global object names.
  const allFunctions = realm => {
    const list = [];
    const look = (label, o) => {
      for (const key of Reflect.ownKeys(o)) {
        const d = Reflect.getOwnPropertyDescriptor(o, key);
        for (const kind of ["value", "get", "set"]) {
          const f = d[kind];
          if (typeof f === "function") list.push([label + "." + String(key), kind, d.configurable, d.enumerable, text.call(f).replace(/\s+/g, " ").slice(0, 80), f.length, Reflect.ownKeys(f).length].join(" "));
        }
      }
    };
    for (const name of Object.getOwnPropertyNames(realm).sort()) {
      const d = Object.getOwnPropertyDescriptor(realm, name);
      if (name === "lies" || typeof d.value !== "function" || !d.value.prototype) continue;
      look(name, d.value);
      look(name + ".prototype", d.value.prototype);
    }
    return list;
  };
  lies.allFunctions = allFunctions;
  lies.vector("function.all", () => {
    // The page's own patch and names are not the browser's.
    lies.restoreListeners && lies.restoreListeners();
    return lies.digest("function.all", allFunctions(self));
  });
  lies.vector("function.none-shows-source", () => allFunctions(self).filter(l => !l.includes("[native code]")).join("; "));
  lies.vector("function.prototype-keys", () => {
    const names = Object.getOwnPropertyNames(self).filter(n => /^[A-Z]/.test(n) && self[n] && self[n].prototype).sort();
    return lies.digest("function.prototype-keys", names.map(n => n + ": " + Reflect.ownKeys(self[n].prototype).map(String).join()));
  });
})();
