// Pressing, and reading what became of it.

const still = (a, b) => a && Math.abs(a.left - b.left) < 1 && Math.abs(a.top - b.top) < 1 && Math.abs(a.width - b.width) < 1;

// pointOn finds a point of the window where a press reaches an element.
function pointOn(e) {
  const target = isSwitch(e) ? face(e) || e : e;
  const own = (x, y) => {
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false;
    const at = hit(x, y);
    return !!at && (within(at, target) || within(at, e));
  };
  const boxes = [rectOf(target), ...rectsOf(target)].slice(0, 4).filter((r) => r.width > 1 && r.height > 1);
  for (const r of boxes) {
    for (const [fx, fy] of [[0.5, 0.5], [0.5, 0.3], [0.3, 0.5], [0.7, 0.5], [0.5, 0.7], [0.1, 0.5], [0.9, 0.5]]) {
      const x = r.left + r.width * fx, y = r.top + r.height * fy;
      if (own(x, y)) return { x, y };
    }
  }
  return null;
}

// ready brings an element into view and waits until it stands still.
async function ready({ n }) {
  forget();
  const e = elementOf(n);
  if (!e) return { gone: true };
  const target = isSwitch(e) ? face(e) || e : e;
  let at = pointOn(e);
  if (!at) {
    intoView(target, { block: 'center', inline: 'nearest', behavior: 'instant' });
    await sleep(60);
  }
  let before = null;
  for (let i = 0; i < 12; i++) {
    const r = rectOf(target);
    if (still(before, r)) break;
    before = r;
    await sleep(70);
  }
  forget();
  at = pointOn(e);
  const r = rectOf(target);
  return { gone: !connected(e), hit: !!at, x: at ? at.x : 0, y: at ? at.y : 0, box: box(r) };
}

// click presses an element without the mouse.
function click({ n }) {
  const e = elementOf(n);
  if (!e) return { gone: true };
  if (e instanceof HTMLElement) clickOn(e);
  else dispatch(e, new MouseEvent('click', { bubbles: true, cancelable: true, composed: true, view: window }));
  return { gone: false };
}

// stateOf reads switches again.
function stateOf({ ns }) {
  return ns.slice(0, LIMIT.toggles).map((n) => {
    const e = elementOf(n);
    return e ? { n, there: !!face(e), on: isOn(e), off: hasAttr(e, 'disabled') || attr(e, 'aria-disabled') === 'true' } : { n, there: false, on: false, off: false };
  });
}

// rests reports whether an element is still there to be seen.
function rests({ n }) {
  forget();
  const e = elementOf(n);
  return { there: !!e && visible(e) };
}

// readOn scrolls all that can be scrolled in a dialog to its end.
async function readOn({ n }) {
  forget();
  const top = elementOf(n);
  if (!top) return {};
  let seen = 0;
  const walk = (e, depth) => {
    if (depth > LIMIT.depth || ++seen > LIMIT.elements || !isElement(e) || SKIP.has(localName(e))) return;
    if (scrollHeight(e) > clientHeight(e) + 2 && /auto|scroll/.test(styleOf(e).overflowY)) scrollOn(e, { top: scrollHeight(e), behavior: 'instant' });
    for (const c of kids(e)) walk(c, depth + 1);
  };
  walk(top, 0);
  await sleep(300);
  return {};
}

// nudge scrolls the page as a reader would, and back.
async function nudge() {
  const s = scroller(), y = scrollY;
  window.scrollTo({ top: y + Math.min(innerHeight, 900), behavior: 'instant' });
  await sleep(250);
  window.scrollTo({ top: y, behavior: 'instant' });
  return { could: scrollHeight(s) > innerHeight + 4 };
}
