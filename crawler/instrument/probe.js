// The eye in the page. It runs in every document and worker before their first
// script, with the DevTools command line's debug() at hand, which sets a
// breakpoint on a native function. The breakpoint's condition calls hit() below
// and is false, so nothing ever pauses, and the function itself stays as it was:
// the page has nothing to find but time.
//
// Rules for this file. The page may have replaced every built-in by the time a
// probe is hit, and may watch what it replaced. So: use only what was captured
// at the start; call captured functions through apply; never convert an object
// to a string or number; no property of a page's object is read but through a
// captured native getter; no assignment to a property of an object that has a
// prototype; no for-of, no spread, no push.
//
// NAME is a top-level constant: it is not a property of the global object, no
// script can list it, and its name is random. TOKEN is known to spoor alone.
const NAME = (() => {
  'use strict';
  const G = globalThis, R = Reflect, gopd = R.getOwnPropertyDescriptor, proto = R.getPrototypeOf,
    define = R.defineProperty, remove = R.deleteProperty, apply = R.apply,
    Err = Error, arm = debug, disarm = undebug, send = console.debug,
    now = performance.now.bind(performance), then = Promise.prototype.then,
    imul = Math.imul, U8 = Uint8Array, Enc = TextEncoder, slice = String.prototype.slice,
    Weak = WeakMap, weakGet = Weak.prototype.get, weakSet = Weak.prototype.set;
  // A worker that is held before its first script has no queueMicrotask yet. A
  // promise serves, if it has no constructor: then() would ask it for its kind.
  const soon = Promise.resolve();
  define(soon, 'constructor', { __proto__: null, value: undefined });
  const micro = f => { apply(then, soon, [f]); };
  const FIELD = '\x1f', RECORD = '\x1e', ITEM = '\x1d';
  const ROWS = TABLE; // see Row.js in script.go
  const OWNER = 0, MEMBER = 1, KIND = 2, OBJECT = 3, ARGS = 4, KEY = 5, RESULT = 6, OPENS = 7, ONLY = 8, APART = 9, CLIP = 10;
  const GROUPS = GATES; // group -> row numbers
  const LIMITS = BUDGET; // see budget in script.go
  const ATONCE = EARLY; // see early in script.go

  const getter = (I, p) => {
    const d = G[I] && gopd(G[I].prototype, p);
    return d && d.get;
  };
  const typed = proto(U8.prototype);
  const get = {
    __proto__: null,
    length: gopd(typed, 'length').get, buffer: gopd(typed, 'buffer').get,
    byteOffset: gopd(typed, 'byteOffset').get, byteLength: gopd(typed, 'byteLength').get,
    width: getter('HTMLCanvasElement', 'width'), height: getter('HTMLCanvasElement', 'height'),
    offWidth: getter('OffscreenCanvas', 'width'), offHeight: getter('OffscreenCanvas', 'height'),
    connected: getter('Node', 'isConnected'), data: getter('ImageData', 'data'),
    style: getter('HTMLElement', 'style'), active: getter('UserActivation', 'isActive'),
    font2d: getter('CanvasRenderingContext2D', 'font'), fontOff: getter('OffscreenCanvasRenderingContext2D', 'font'),
    canvas: [getter('CanvasRenderingContext2D', 'canvas'), getter('OffscreenCanvasRenderingContext2D', 'canvas'),
      getter('WebGLRenderingContext', 'canvas'), getter('WebGL2RenderingContext', 'canvas')],
  };
  const property = G.CSSStyleDeclaration && CSSStyleDeclaration.prototype.getPropertyValue;
  const doc = G.document, nav = doc && G.navigator;
  const activation = doc && getter('Navigator', 'userActivation');
  const local = gopd(G, 'localStorage'), session = gopd(G, 'sessionStorage');
  const encoder = new Enc(), encode = Enc.prototype.encodeInto;
  let bytes;

  // A descriptor from the engine inherits from Object.prototype, where the page
  // may have put a "get".
  const unproto = R.setPrototypeOf, bare = d => unproto(d, null);

  // Natives of all rows, captured before any script of the page.
  const natives = { __proto__: null };
  let missing = '';
  const find = r => {
    const path = r[OWNER], member = r[MEMBER], kind = r[KIND];
    let o = G;
    for (let i = 0; i < path.length && o; i++) o = o[path[i]];
    if (path.length === 0) {
      if (kind === 'c') return o[member];
      while (o && !gopd(o, member)) o = proto(o);
    } else if (o && kind !== 'M') o = o.prototype;
    const d = o && gopd(o, member);
    return d && bare(d) && (kind === 's' ? d.set : d.value || d.get);
  };
  const take = i => {
    const f = ROWS[i] && find(ROWS[i]);
    if (typeof f === 'function') natives[i] = f;
    return !ROWS[i] || natives[i];
  };
  // A frame of the same origin shares its parent's heap, and there can be
  // hundreds. Making all natives in each would fill it, so there the natives of
  // a group are taken when it opens.
  let shares = false;
  if (doc) try { shares = G.frameElement !== null; } catch { /* another origin's */ }
  for (let i = 0; i < ROWS.length; i++) {
    if (!shares && !take(i)) missing += (missing && ' ') + i;
  }
  for (let i = 0; shares && i < BASE.length; i++) take(BASE[i]);

  const realm = Math.random() + '';
  let hits = 0, records = 0, text = '', planned = false, objects = 0;
  const opened = { __proto__: null }, seen = { __proto__: null }, numbers = new Weak();
  const tokens = { __proto__: null }, since = { __proto__: null }, off = { __proto__: null };
  let keys = 0, emit = LIMITS.records, emitSince = 0;

  const armed = { __proto__: null };
  const watch = i => {
    if (!natives[i] || off[i]) return;
    armed[i] = true;
    arm(natives[i], 'NAME.hit("SESSION",' + i + ',this,arguments),false\n//# sourceURL=TOKEN:' + i + ':SESSION');
  };
  // A worker that is held before its first script lacks what only secure
  // contexts have; it has it when its first script runs.
  const late = rows => {
    for (let i = 0; i < rows.length; i++) {
      if (natives[rows[i]]) continue;
      try { take(rows[i]); } catch { /* the page made it so */ }
    }
  };
  const open = group => {
    if (opened[group]) return;
    opened[group] = true;
    const rows = GROUPS[group];
    if (!rows) return;
    if (shares || !doc) late(rows);
    for (let i = 0; i < rows.length; i++) watch(rows[i]);
    if (shares) lookAgain();
  };
  // Natives are shared by all realms of a process, and so are their breakpoints:
  // in a second realm the breakpoints exist already, but its functions do not
  // know. Setting any breakpoint anew makes V8 look at all functions again.
  // It must be a function that no other realm of the process has armed, and that
  // nobody calls: each realm has a fontsize of its own.
  const sentinel = String.prototype.fontsize;
  const lookAgain = () => {
    arm(sentinel, 'false');
    disarm(sentinel);
  };
  // V8 makes some natives anew in every realm, and arming each means that it
  // looks through the whole heap again. In a frame that shares its parent's heap
  // these are armed at the first use of any other.
  const openRest = () => {
    if (!doc) late(BASE);
    for (let i = 0; i < BASE.length; i++) if (!armed[BASE[i]]) watch(BASE[i]);
  };

  const flush = () => {
    planned = false;
    if (text) {
      const t = text;
      text = '';
      send('TOKEN' + FIELD + realm + t);
    }
  };
  // The first records of a realm go out at once: a frame may be gone before its
  // microtasks run. Later ones are collected, as each message costs much more
  // than a record.
  const put = record => {
    text += RECORD + record;
    if (records++ < LIMITS.direct || text.length > LIMITS.batch) flush();
    else if (!planned) {
      planned = true;
      micro(flush);
    }
  };

  const value = (x, n = LIMITS.clip) => {
    switch (typeof x) {
      case 'string': return x.length > n ? apply(slice, x, [0, n]) + '\u2026' + x.length : x;
      case 'number': case 'boolean': case 'bigint': return '' + x;
      case 'undefined': return 'undefined';
      case 'function': return '[function]';
      case 'symbol': return '[symbol]';
      default: return x === null ? 'null' : '[object]';
    }
  };

  // 53 bits of hash over at most LIMITS.hash bytes from each end.
  const hash = (b, n) => {
    let h = 0xdeadbeef ^ n, k = 0x41c6ce57 ^ n;
    const half = LIMITS.hash;
    for (let i = 0; i < n; i++) {
      if (i === half && n > 2 * half) i = n - half;
      h = imul(h ^ b[i], 2654435761);
      k = imul(k ^ b[i], 1597334677);
    }
    h = imul(h ^ (h >>> 16), 2246822507) ^ imul(k ^ (k >>> 13), 3266489909);
    k = imul(k ^ (k >>> 16), 2246822507) ^ imul(h ^ (h >>> 13), 3266489909);
    return 4294967296 * (2097151 & k) + (h >>> 0);
  };
  const hashText = s => {
    const end = LIMITS.hash, n = s.length;
    if (n > 2 * end) s = apply(slice, s, [0, end]) + apply(slice, s, [n - end]);
    if (!bytes) bytes = new U8(6 * end);
    return hash(bytes, apply(encode, encoder, [s, bytes]).written);
  };
  const digest = x => {
    if (typeof x === 'string') return x.length + ':' + hashText(x);
    if (typeof x !== 'object' || x === null) return '0:' + value(x);
    let a = x;
    try { a = apply(get.data, x, []); } catch { /* not an ImageData */ }
    try {
      const n = apply(get.length, a, []);
      const b = new U8(apply(get.buffer, a, []), apply(get.byteOffset, a, []), apply(get.byteLength, a, []));
      return n + ':' + hash(b, apply(get.length, b, []));
    } catch { /* not a typed array */ }
    let s = '', n = 0;
    try {
      const d = gopd(a, 'length');
      n = d ? d.value : 0;
      for (let i = 0; i < n && i < 200; i++) s += value(a[i]) + ',';
    } catch { return ''; }
    return n + ':' + hashText(s);
  };

  const number = o => {
    let n = apply(weakGet, numbers, [o]);
    if (!n) apply(weakSet, numbers, [o, n = ++objects]);
    return n;
  };
  const canvas = c => {
    try {
      const w = apply(get.width, c, []), h = apply(get.height, c, []);
      return 'canvas,' + number(c) + ',' + w + ',' + h + ',' + (apply(get.connected, c, []) ? 1 : 0);
    } catch { /* not an element */ }
    try {
      return 'offscreen-canvas,' + number(c) + ',' + apply(get.offWidth, c, []) + ',' + apply(get.offHeight, c, []) + ',0';
    } catch { return ''; }
  };
  const subject = (kind, t) => {
    switch (kind) {
      case 'canvas': return canvas(t);
      case 'context':
        for (let i = 0; i < 4; i++) {
          try { return canvas(apply(get.canvas[i], t, [])); } catch { /* another kind of context */ }
        }
        return '';
      case 'target': return t === undefined || t === G ? 'window' : t === doc ? 'document' : 'other';
      case 'storage':
        try { if (t === apply(local.get, G, [])) return 'local'; } catch { /* denied to this frame */ }
        try { if (t === apply(session.get, G, [])) return 'session'; } catch { /* denied to this frame */ }
        return '';
      default: return '';
    }
  };
  const family = t => {
    try { return apply(property, apply(get.style, t, []), ['font-family']); } catch { return ''; }
  };
  const area = o => {
    let w = 0, h = 0;
    for (let i = 0, field = 0, v = 0; i <= o.length; i++) {
      const c = i < o.length ? o[i] : ',';
      if (c !== ',') { v = v * 10 + (c >= '0' && c <= '9' ? +c : 0); continue; }
      if (field === 2) w = v;
      if (field === 3) h = v;
      field++; v = 0;
    }
    return w * h;
  };
  const result = (r, i, t, a, object) => {
    const kind = r[RESULT];
    if (!kind) return '';
    try {
      if (kind === 'font') return 't' + value(apply(object[0] === 'c' ? get.font2d : get.fontOff, t, []));
      if (kind === 'digest' && object && area(object) > LIMITS.area) return '';
      // To convert an object that the page handed in would run the page's code.
      for (let j = 0; j < a.length; j++) {
        const k = typeof a[j];
        if (k === 'function' || k === 'object' && a[j] !== null) return '';
      }
      const v = apply(natives[i], t, a);
      if (kind === 'text') return 't' + value(v);
      return 'd' + digest(v);
    } catch { return ''; }
  };

  // The page cannot see this: while the stack is made, Error has a
  // prepareStackTrace of its own that is no function, and then what it had.
  // A page that froze Error gets an empty stack, and V8's own word for the
  // caller stands in the record.
  const PLAIN = { __proto__: null, value: undefined, configurable: true, writable: true };
  const LIMIT = { __proto__: null, value: 0, configurable: true, writable: true, enumerable: true };
  const capture = Err.captureStackTrace;
  const stack = n => {
    const d = gopd(Err, 'prepareStackTrace'), l = gopd(Err, 'stackTraceLimit');
    LIMIT.value = n;
    let ok = define(Err, 'prepareStackTrace', PLAIN);
    ok = define(Err, 'stackTraceLimit', LIMIT) && ok;
    let s = '';
    if (ok) {
      // Not an Error: V8 would ask Error.prototype for its name.
      const e = { __proto__: null, name: '', message: '' };
      capture(e);
      s = e.stack;
    }
    if (d) { bare(d); define(Err, 'prepareStackTrace', d); } else remove(Err, 'prepareStackTrace');
    if (l) { bare(l); define(Err, 'stackTraceLimit', l); } else remove(Err, 'stackTraceLimit');
    return typeof s === 'string' ? s : '';
  };

  // spend takes one use from the budget of a row. A row that is used without
  // end is let go, and says so; spoor may watch it again later.
  const spend = i => {
    let n = tokens[i];
    if (n === undefined) { n = LIMITS.burst; since[i] = now(); }
    if (n <= 0) {
      const t = now();
      n += (t - since[i]) / 1000 * LIMITS.rate;
      if (n > LIMITS.burst) n = LIMITS.burst;
      since[i] = t;
    }
    tokens[i] = n - 1;
    if (n > 0) return;
    off[i] = true;
    disarm(natives[i]);
    put('o' + FIELD + hits + FIELD + i);
  };
  const worth = () => {
    if (emit <= 0) {
      const t = now();
      emit += (t - emitSince) / 1000 * LIMITS.recordRate;
      emitSince = t;
      if (emit > LIMITS.records) emit = LIMITS.records;
    }
    return emit > 0;
  };

  // Frames of one site in different places of a page share a process, but each
  // has a DevTools session: there a native has the breakpoints of all of them.
  const hit = (by, i, t, a) => {
    if (by !== 'SESSION') return;
    if (hits++ === 0) openRest();
    const r = ROWS[i], opens = r[OPENS];
    if (opens) {
      for (let j = 0; j < opens.length; j++) if (opens[j][1] === '*' || opens[j][1] === a[0]) open(opens[j][0]);
    }
    spend(i);
    const only = r[ONLY];
    if (only && !(typeof a[0] === 'string' && (only === true || only[a[0]]))) return;
    let object = '', font = '';
    if (r[OBJECT] === 'element') {
      font = family(t);
      if (!font) return;
    } else if (r[OBJECT]) object = subject(r[OBJECT], t);
    let args = '', key = i + FIELD + object + FIELD + font;
    for (let j = 0; j < a.length && j < r[ARGS]; j++) {
      const v = value(a[j], r[CLIP] || LIMITS.clip);
      args += (j ? ITEM : '') + v;
      if (j < r[KEY]) key += FIELD + v;
    }
    key += r[RESULT] === 'font' ? result(r, i, t, a, object) : '';
    key += stack(5);
    if (seen[key] || keys >= LIMITS.keys || !worth()) return;
    seen[key] = true;
    keys++;
    emit--;
    let active = '';
    try { active = activation && apply(get.active, apply(activation, nav, []), []) ? '1' : ''; } catch { /* none here */ }
    put('c' + FIELD + hits + FIELD + i + FIELD + object + FIELD + font + FIELD + args + FIELD + result(r, i, t, a, object) + FIELD + active + FIELD + stack(40));
  };
  // To look again takes longer with every frame. A page with very many frames
  // gets no watch in the last ones, and the record says so.
  const crowded = shares && G.parent.length > LIMITS.siblings;
  if (!crowded) {
    for (let i = 0; i < BASE.length; i++) if (!shares || !ROWS[BASE[i]][APART]) watch(BASE[i]);
    for (let i = 0; doc && G.top === G && i < ATONCE.length; i++) open(ATONCE[i]);
    lookAgain();
  }
  let href = '';
  if (doc) try { href = doc.URL; } catch { /* no document yet */ }
  send('TOKEN' + FIELD + realm + RECORD + 'h' + FIELD + (crowded ? 1 : 0) + FIELD + missing + FIELD + href);

  return {
    __proto__: null, hit, flush,
    again: i => {
      if (!off[i]) return;
      off[i] = false;
      tokens[i] = LIMITS.burst;
      since[i] = now();
      watch(i);
    },
  };
})();
//# sourceURL=TOKEN:boot
