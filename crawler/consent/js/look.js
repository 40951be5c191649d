// A look at the whole document: what could be the question for consent.
const FIXED = /^(fixed|sticky)$/;

// scan lists elements that look like a dialog or whose text speaks of consent.
// marks are beginnings of words, hints parts of ids and classes, as regular
// expressions made from data.
function scan({ marks, hints, all }) {
  forget();
  const began = performance.now();
  const spoken = new RegExp(marks, 'iu'), hinted = new RegExp(hints, 'i');
  const state = { began, seen: 0, cut: false, roots: [], marked: [], frames: [], sealed: 0, shut: 0, hosts: [], size: new Map(), spoken, hinted };
  const root = pageRoot();
  if (!root) return empty();
  weigh(pageBody(), 0, false, true, state);
  const page = state.size.get(pageBody()) || { text: 0, press: 0 };
  const candidates = [];
  const push = (e, why, flow) => {
    if (candidates.length < LIMIT.candidates && !candidates.some((c) => c.e === e)) candidates.push({ e, why, flow });
  };
  for (const r of likeliest(state)) push(r.e, r.why, false);
  for (const m of state.marked) if (!amidst(m, state)) climb(m, state, push);
  // A page whose every word is the question: a gate, or the document of a frame.
  if (page.text < 20000 && state.marked.length) push(pageBody(), 'page', true);
  for (const e of state.hosts) tried.set(e, (tried.get(e) || 0) + 1);
  const out = [], cores = new Map();
  for (const c of candidates) {
    if (performance.now() - began > 2 * LIMIT.millis) { state.cut = true; break; }
    const d = look(c, page, spoken, hinted, all);
    if (!d) continue;
    const before = cores.get(d.core);
    if (before !== undefined && (out[before].flow === d.flow || d.flow)) continue;
    cores.set(d.core, out.length);
    out.push(d);
  }
  for (const d of out) d.inside = out.filter((o) => o !== d && within(elementOf(d.n), elementOf(o.n))).map((o) => o.n);
  return {
    url: clip(location.href, 2000), lang: attr(root, 'lang') || '', words: page.text,
    width: innerWidth, height: innerHeight, tall: scrollHeight(scroller()), locked: locked(),
    ready: document.readyState, candidates: out, frames: state.frames.map(frame).filter(Boolean), sealed: state.sealed, shut: state.shut, cut: state.cut,
  };
}
const empty = () => ({ url: clip(location.href, 2000), lang: '', words: 0, width: innerWidth, height: innerHeight, tall: 0, locked: false, ready: document.readyState, candidates: [], frames: [], sealed: 0, shut: 0, cut: false });

// weigh walks the document once. It notes for every element how much text and how
// many things to press it holds, and gathers what is worth a second look.
function weigh(e, depth, inFixed, shows, state) {
  const none = { text: 0, press: 0 };
  if (depth > LIMIT.depth || ++state.seen > LIMIT.elements || (state.seen % 500 === 0 && performance.now() - state.began > LIMIT.millis)) {
    state.cut = true;
    return none;
  }
  const name = localName(e);
  if (SKIP.has(name)) return none;
  const s = styleOf(e);
  if (unseen(e, s)) return none;
  if (name === 'iframe' || name === 'frame') {
    if (state.frames.length < LIMIT.frames) state.frames.push(e);
    return none;
  }
  const why = inFixed ? '' : standsOut(e, name, s, state);
  if (why && state.roots.length < LIMIT.roots) state.roots.push({ e, why });
  let text = 0, press = isNative(e) ? 1 : 0, any = false;
  const children = kids(e);
  for (const c of children) {
    if (nodeType(c) === 3) {
      const t = nodeValue(c);
      if (!t || s.visibility !== 'visible') continue;
      const size = t.trim().length;
      if (!size) continue;
      text += size;
      any = true;
      if (state.marked.length < LIMIT.roots && state.spoken.test(clip(t, 4000))) state.marked.push(e);
    } else if (isElement(c)) {
      const w = weigh(c, depth + 1, inFixed, shows, state);
      text += w.text;
      press += w.press;
    }
  }
  if (!press && any && text < 80 && (s.cursor === 'pointer' || /btn|button/i.test(attr(e, 'class') || ''))) press = 1;
  if (!rootOf(e)) closedMaybe(e, name, depth, children, text, state);
  if (why && !text && press >= 2 && pictured(e)) state.shut++;
  const w = { text, press };
  state.size.set(e, w);
  return w;
}

// pictured reports whether something that lies over the page is painted rather than
// written: what it says cannot be read.
function pictured(e) {
  const r = rectOf(e), area = r.width * r.height;
  if (area < 0.03 * innerWidth * innerHeight) return false;
  let painted = 0, seen = 0;
  const walk = (n, depth) => {
    if (depth > 20 || ++seen > 200 || !isElement(n) || unseen(n, styleOf(n))) return;
    if (/^(img|canvas|svg|picture|object)$/.test(localName(n)) || styleOf(n).backgroundImage.startsWith('url(')) {
      const q = rectOf(n);
      painted += q.width * q.height;
      return;
    }
    for (const c of kids(n)) walk(c, depth + 1);
  };
  walk(e, 0);
  return painted >= 0.4 * area;
}

// tried counts how often elements were found to hold no shadow root that is shut, or
// none that could be opened. Those that are named for a dialog are asked again: theirs
// may come late.
const tried = new WeakMap();
const tries = 10;
// closedMaybe notes an element that may hold a shadow root which the page keeps to
// itself: it has nothing inside, and yet is there.
function closedMaybe(e, name, depth, children, text, state) {
  if (text || children.some((c) => isElement(c) && !SKIP.has(localName(c)))) return;
  const named = state.hinted.test(attr(e, 'id') || '') || state.hinted.test(attr(e, 'class') || '') || state.hinted.test(name);
  const custom = name.includes('-');
  if (!custom && !(/^(div|aside|section|span|article)$/.test(name) && (named || depth <= 2))) return;
  if ((tried.get(e) || 0) < (named ? tries : 1)) state.sealed++;
  const r = rectOf(e);
  if (named || (custom && r.width > 60 && r.height > 60)) state.shut++;
  state.hosts.push(e);
}

// standsOut says why an element may be a dialog, or "".
function standsOut(e, name, s, state) {
  const role = roleOf(e);
  if (name === 'dialog' && hasAttr(e, 'open')) return matches(e, ':modal') ? 'modal' : 'dialog';
  if (hasAttr(e, 'popover') && matches(e, ':popover-open')) return 'popover';
  if (attr(e, 'aria-modal') === 'true') return 'modal';
  if (role === 'dialog' || role === 'alertdialog') return 'dialog';
  if (e === pageBody()) return '';
  if (FIXED.test(s.position)) return s.position;
  if (s.position === 'absolute' && parseInt(s.zIndex, 10) >= 1) {
    const r = rectOf(e);
    if (r.width * r.height > 0.01 * innerWidth * innerHeight) return 'above';
  }
  if (rootOf(e)) return 'shadow';
  if (state.hinted.test(attr(e, 'id') || '') || state.hinted.test(attr(e, 'class') || '') || state.hinted.test(attr(e, 'aria-label') || '')) return 'named';
  return '';
}

// likeliest picks, where a page has very many elements that stand out, those that
// hold words of consent, or that could at all.
function likeliest(state) {
  const speaks = new Set();
  for (const m of state.marked) for (let p = m, i = 0; p && i < LIMIT.depth && !speaks.has(p); p = up(p), i++) speaks.add(p);
  const worth = (r) => {
    const w = state.size.get(r.e) || { text: 0, press: 0 };
    return (speaks.has(r.e) ? 4 : 0) + (w.text >= 40 ? 2 : 0) + (w.press >= 2 ? 2 : w.press) + (/modal|dialog|popover|shadow|named/.test(r.why) ? 2 : 0) - (w.text > 6000 ? 3 : 0);
  };
  const list = state.roots.map((r, i) => ({ ...r, i, w: worth(r) }));
  list.sort((a, b) => b.w - a.w || a.i - b.i);
  return list.slice(0, LIMIT.candidates - 8).sort((a, b) => a.i - b.i);
}

// amidst reports whether words stand in the middle of a long page, where no
// question is asked in running text.
function amidst(e, state) {
  const r = rectOf(e), top = r.top + scrollY, tall = scrollHeight(scroller());
  if (top < 1.5 * innerHeight || tall - top < 1.5 * innerHeight) return false;
  return !aloft(e);
}

// climb goes from words of consent up to what holds them together with something
// to press.
function climb(e, state, push) {
  let press = 0, taken = 0;
  for (let p = e, i = 0; p && i < 14 && taken < 4; p = up(p), i++) {
    if (p === pageBody() || p === pageRoot()) return;
    const w = state.size.get(p);
    if (!w || w.text > 6000) return;
    if (state.roots.some((r) => r.e === p)) return;
    if (w.press > press) {
      press = w.press;
      taken++;
      push(p, 'text', !aloft(p));
    }
  }
}
// aloft reports whether an element is taken out of the flow of the page.
function aloft(e) {
  for (let p = e, i = 0; p && i < LIMIT.depth; p = up(p), i++) {
    const s = styleOf(p);
    if (FIXED.test(s.position) || (s.position === 'absolute' && parseInt(s.zIndex, 10) >= 1)) return true;
    if (matches(p, ':modal')) return true;
  }
  return false;
}

// coreOf is the smallest element that still holds all of a candidate's words and
// controls: the box that a person sees as the dialog.
function coreOf(e, textLength) {
  let core = e;
  for (let i = 0; i < 30; i++) {
    const inner = kids(core).filter((c) => isElement(c) && !SKIP.has(localName(c)) && styleOf(c).display !== 'none');
    const full = inner.filter((c) => read(c).length >= textLength);
    if (full.length !== 1) break;
    // A close icon has no words and often stands beside the rest.
    const beside = inner.some((c) => c !== full[0] && (isNative(c) || pressableIn(c)));
    if (beside) break;
    const r = rectOf(full[0]);
    if (styleOf(full[0]).display !== 'contents' && (r.width < 20 || r.height < 10)) break;
    core = full[0];
  }
  return core;
}
function pressableIn(e) {
  const n = Element.prototype.querySelector.call(e, 'button,a[href],[role=button],input[type=button],input[type=submit]');
  return !!n && visible(n);
}

function look({ e, why, flow }, page, spoken, hinted, all) {
  const r0 = rectOf(e);
  const contents = styleOf(e).display === 'contents' || why === 'shadow' || r0.width < 2 || r0.height < 2;
  if (!contents && !visible(e)) return null;
  const text = read(e);
  const marked = spoken.test(text);
  const hint = hintsOf(e);
  if (!marked && !hinted.test(hint) && !all) return null;
  const found = survey(e);
  if (!text && !found.controls.length) return null;
  let core = coreOf(e, text.length), r = rectOf(core);
  if (r.width < 2 || r.height < 2) {
    r = spanOf(e);
    if (!r) return null;
  }
  let fixed = false;
  for (let p = core; p; p = up(p)) if (FIXED.test(styleOf(p).position)) fixed = true;
  if (!reachable(r, fixed)) return null;
  const s = scroller();
  const links = [];
  linksIn(e, links);
  return {
    n: numberOf(e), core: numberOf(core), why, flow: !!flow && !aloft(e), tag: localName(e), hint, text, marked,
    box: box(r), top: Math.round(r.top + scrollY), below: Math.round(scrollHeight(s) - (r.bottom + scrollY)),
    z: highest(e), outside: Math.max(0, page.text - text.length), controls: found.controls, toggles: found.toggles, fields: found.fields, frames: found.frames,
    links, lang: langOf(e),
  };
}
function langOf(e) {
  for (let p = e, i = 0; p && i < LIMIT.depth; p = up(p), i++) if (hasAttr(p, 'lang')) return clip(attr(p, 'lang'), 20);
  return '';
}
// spanOf is the box around an element's controls and words, where it has none.
function spanOf(e) {
  let out = null, seen = 0;
  const walk = (n, depth) => {
    if (depth > 40 || ++seen > 600 || !isElement(n) || SKIP.has(localName(n)) || unseen(n, styleOf(n))) return;
    const r = rectOf(n);
    if (r.width > 2 && r.height > 2) {
      out = out ? { left: Math.min(out.left, r.left), top: Math.min(out.top, r.top), right: Math.max(out.right, r.right), bottom: Math.max(out.bottom, r.bottom) } : { left: r.left, top: r.top, right: r.right, bottom: r.bottom };
      return;
    }
    for (const c of kids(n)) walk(c, depth + 1);
  };
  for (const c of kids(e)) walk(c, 0);
  return out && { ...out, width: out.right - out.left, height: out.bottom - out.top };
}
function hintsOf(e) {
  const out = [];
  let n = e;
  for (let i = 0; i < 3 && n; i++) {
    out.push(attr(n, 'id'), attr(n, 'class'), attr(n, 'aria-label'), localName(n).includes('-') ? localName(n) : '');
    const inner = kids(n).filter((c) => isElement(c) && !SKIP.has(localName(c)));
    n = inner.length === 1 ? inner[0] : null;
  }
  return clip(tidy(out.filter(Boolean).join(' ')), 400);
}
function highest(e) {
  let z = 0;
  for (let p = e, i = 0; p && i < LIMIT.depth; p = up(p), i++) z = Math.max(z, parseInt(styleOf(p).zIndex, 10) || 0);
  return z;
}
function linksIn(e, out) {
  let seen = 0;
  const walk = (n, depth) => {
    if (depth > LIMIT.depth || ++seen > LIMIT.elements || out.length >= LIMIT.links || !isElement(n) || SKIP.has(localName(n))) return;
    if (unseen(n, styleOf(n))) return;
    if (n instanceof HTMLAnchorElement && hasAttr(n, 'href') && visible(n)) {
      const w = wordsOf(n);
      out.push({ label: clip(w.text || w.name, LIMIT.label), url: clip(hrefOf(n), 2000), hit: reaches(n) });
      return;
    }
    for (const c of kids(n)) walk(c, depth + 1);
  };
  walk(e, 0);
}

// around measures what a dialog does to the rest of the page: how much of the
// window it or its backdrop covers, and whether anything outside it can be
// pressed.
function around({ n }) {
  forget();
  const e = elementOf(n);
  if (!e) return { coverage: 0, blocking: false };
  const W = innerWidth, H = innerHeight;
  const own = read(e).length;
  // A backdrop says nothing itself: it is empty, or holds the dialog and no more.
  const backdrop = (n) => {
    for (let p = n, i = 0; p && i < 4; p = up(p), i++) {
      if (!/fixed|absolute/.test(styleOf(p).position)) continue;
      const r = rectOf(p);
      if (r.width * r.height < 0.7 * W * H) continue;
      if (read(p, 60).length < 40 || (within(e, p) && read(p).length <= own + 60)) return true;
    }
    return false;
  };
  const seen = new Map();
  let covered = 0, points = 0;
  for (let i = 0; i < 12; i++) {
    for (let j = 0; j < 8; j++) {
      const at = hit(((i + 0.5) * W) / 12, ((j + 0.5) * H) / 8);
      points++;
      if (!at) continue;
      let k = seen.get(at);
      if (k === undefined) seen.set(at, (k = within(at, e) || (at !== pageBody() && at !== pageRoot() && backdrop(at))));
      if (k) covered++;
    }
  }
  const core = rectOf(e);
  let tried = 0, free = 0;
  const all = Document.prototype.querySelectorAll.call(document, 'a[href],button,input:not([type=hidden]),select,textarea,[role=button]');
  for (let i = 0; i < all.length && i < 2000 && tried < 10; i++) {
    const c = all[i];
    if (within(c, e)) continue;
    const r = rectOf(c);
    const x = r.left + r.width / 2, y = r.top + r.height / 2;
    if (r.width < 4 || r.height < 4 || x < 0 || y < 0 || x >= W || y >= H || !visible(c)) continue;
    // What lies under the dialog's own box says nothing about the rest, unless
    // that box is all there is.
    if (r.left >= core.left && r.right <= core.right && r.top >= core.top && r.bottom <= core.bottom && core.width * core.height < 0.8 * W * H) continue;
    tried++;
    const at = hit(x, y);
    if (at && (within(at, c) || within(c, at)) && !within(at, e)) free++;
  }
  const coverage = points ? covered / points : 0;
  return { coverage: Math.round(coverage * 100) / 100, blocking: tried ? free === 0 : coverage > 0.6 };
}
// locked reports whether the page was kept from scrolling.
function locked() {
  const b = styleOf(pageBody()), h = styleOf(pageRoot());
  if (/hidden|clip/.test(h.overflowY)) return true;
  if (/hidden|clip/.test(b.overflowY) && h.overflowY === 'visible') return true;
  return b.position === 'fixed' && Math.max(scrollHeight(pageBody()), scrollHeight(pageRoot())) > innerHeight;
}

const srcOf = (e) => (e instanceof HTMLIFrameElement ? iframeSrc(e) : attr(e, 'src') || '');
// frame describes a frame in the document, for a dialog that lives in it.
function frame(e) {
  const r = rectOf(e);
  if (r.width < 10 || r.height < 10 || !visible(e)) return null;
  let fixed = false;
  for (let p = e; p; p = up(p)) if (FIXED.test(styleOf(p).position) || (styleOf(p).position === 'absolute' && parseInt(styleOf(p).zIndex, 10) >= 1)) fixed = true;
  const s = styleOf(e);
  const px = (v) => parseFloat(v) || 0;
  const inner = [Math.round(r.left + px(s.borderLeftWidth) + px(s.paddingLeft)), Math.round(r.top + px(s.borderTopWidth) + px(s.paddingTop)), clientWidth(e) - px(s.paddingLeft) - px(s.paddingRight), clientHeight(e) - px(s.paddingTop) - px(s.paddingBottom)].map(Math.round);
  return { n: numberOf(e), src: clip(srcOf(e), 2000), name: clip(attr(e, 'name') || '', 100), hint: clip(hintOf(e) + ' ' + (up(e) ? hintOf(up(e)) : ''), LIMIT.hint), box: box(r), inner, fixed };
}
