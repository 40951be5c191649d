// Writing into fields: whether a person can see and reach one, and what it holds.
const activeInDocument = getter(Document, 'activeElement');
const activeInRoot = getter(ShadowRoot, 'activeElement');

// active is the element that gets what is typed.
function active() {
  let e = activeInDocument(document);
  for (let i = 0; e && i < 40; i++) {
    const root = rootOf(e);
    const inner = root && activeInRoot(root);
    if (!inner) break;
    e = inner;
  }
  return e;
}

// opaque reports whether an element hides what lies behind it.
function opaque(e) {
  const s = styleOf(e);
  if (/^(img|video|canvas|iframe)$/.test(localName(e)) || s.backgroundImage !== 'none') return true;
  return /^rgb\(/.test(s.backgroundColor) || parseFloat((/, ([\d.]+)\)$/.exec(s.backgroundColor) || [0, '0'])[1]) > 0.5;
}
// layered reports whether an element is, or is in, something that lies over the
// page for a while: a dialog, a bar, a menu.
function layered(e) {
  for (let p = e, i = 0; p && i < LIMIT.depth; p = up(p), i++) {
    if (/^(fixed|sticky)$/.test(styleOf(p).position) || matches(p, ':modal') || localName(p) === 'dialog' || roleOf(p) === 'dialog') return true;
  }
  return false;
}
// buried reports whether what lies over a field belongs to the page itself and hides
// it, as a page hides a trap for machines.
function buried(e) {
  const r = rectOf(e);
  const top = hit(r.left + r.width / 2, r.top + r.height / 2);
  if (!top || within(top, e) || layered(top)) return false;
  for (let p = top, i = 0; p && i < LIMIT.depth && !within(e, p); p = up(p), i++) if (opaque(p)) return true;
  // Behind its own parent: nothing but the parent is met at its place.
  return within(e, top) && styleOf(e).pointerEvents !== 'none' && opaque(top) && parseInt(styleOf(e).zIndex, 10) < 0;
}

// reach brings a field into view and says where the mouse meets it.
async function reach({ n }) {
  const at = await ready({ n });
  const e = elementOf(n);
  if (!e || at.gone) return { gone: true };
  return { gone: false, seen: visible(e) && !buried(e), hit: at.hit, x: at.x, y: at.y };
}

// holds says what a field holds, and whether it gets what is typed.
function holds({ n }) {
  const e = elementOf(n);
  if (!e) return { gone: true };
  const a = active();
  return { gone: false, focused: !!a && (a === e || within(a, e)), text: clip(heldBy(e), 500) };
}
