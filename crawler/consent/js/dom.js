// Ways into the document. This runs in a world of spoor's own, so the page's
// changes to the language are not seen here. Names of elements, however, shadow
// properties of forms and of the document in every world (<input name="parentNode">),
// so properties are read with the getters of the prototypes.
const bind = (f) => Function.prototype.call.bind(f);
const getter = (type, key) => bind(Object.getOwnPropertyDescriptor(type.prototype, key).get);
const method = (type, key) => bind(type.prototype[key]);

const nodeType = getter(Node, 'nodeType');
const parentNode = getter(Node, 'parentNode');
const firstChild = getter(Node, 'firstChild');
const nextSibling = getter(Node, 'nextSibling');
const nodeValue = getter(Node, 'nodeValue');
const connected = getter(Node, 'isConnected');
const treeRoot = method(Node, 'getRootNode');
const dispatch = method(EventTarget, 'dispatchEvent');
const localName = getter(Element, 'localName');
const openRoot = getter(Element, 'shadowRoot');
const slotOf = getter(Element, 'assignedSlot');
const attr = method(Element, 'getAttribute');
const hasAttr = method(Element, 'hasAttribute');
const matches = method(Element, 'matches');
const rectOf = method(Element, 'getBoundingClientRect');
const rectsOf = method(Element, 'getClientRects');
const intoView = method(Element, 'scrollIntoView');
const scrollOn = method(Element, 'scrollBy');
const scrollHeight = getter(Element, 'scrollHeight');
const clientHeight = getter(Element, 'clientHeight');
const clientWidth = getter(Element, 'clientWidth');
const slotted = method(HTMLSlotElement, 'assignedNodes');
const hostOf = getter(ShadowRoot, 'host');
const clickOn = method(HTMLElement, 'click');
const checkedOf = getter(HTMLInputElement, 'checked');
const inputType = getter(HTMLInputElement, 'type');
const valueOf = getter(HTMLInputElement, 'value');
const textareaValue = getter(HTMLTextAreaElement, 'value');
const iframeSrc = getter(HTMLIFrameElement, 'src');
const hrefOf = getter(HTMLAnchorElement, 'href');
const pageRoot = () => bind(Object.getOwnPropertyDescriptor(Document.prototype, 'documentElement').get)(document);
const pageBody = () => bind(Object.getOwnPropertyDescriptor(Document.prototype, 'body').get)(document) || pageRoot();
const scroller = () => bind(Object.getOwnPropertyDescriptor(Document.prototype, 'scrollingElement').get)(document) || pageRoot();
const find = (root, selector) => (root instanceof ShadowRoot ? DocumentFragment : root instanceof Document ? Document : Element).prototype.querySelector.call(root, selector);

// Limits, so that no page can make a look at it endless.
const LIMIT = {
  elements: 30000, depth: 400, millis: 1000, candidates: 30, roots: 4000, controls: 150, toggles: 300,
  frames: 20, links: 80, text: 8000, label: 200, hint: 240, ways: 60, forms: 20, fields: 60,
};

// Elements are known to Go by number, for as long as the document lives.
const elements = new Map();
const numbers = new WeakMap();
let last = 0;
function numberOf(e) {
  let n = numbers.get(e);
  if (!n) {
    n = ++last;
    numbers.set(e, n);
    elements.set(n, new WeakRef(e));
  }
  return n;
}
function elementOf(n) {
  const e = elements.get(n)?.deref();
  return e && connected(e) ? e : null;
}

// Shadow roots that the page keeps to itself, where the browser handed them over.
const closed = new WeakMap();
function adopt(root) {
  if (root instanceof ShadowRoot) closed.set(hostOf(root), root);
}
const rootOf = (e) => openRoot(e) || closed.get(e) || null;

const isElement = (n) => nodeType(n) === 1;
function childNodes(n) {
  const out = [];
  for (let c = firstChild(n); c && out.length < LIMIT.elements; c = nextSibling(c)) out.push(c);
  return out;
}
// kids are the children in the tree that is painted: of the shadow root, if there
// is one, and what is put into a slot.
function kids(e) {
  const root = rootOf(e);
  if (root) return childNodes(root);
  if (e instanceof HTMLSlotElement) {
    const nodes = slotted(e);
    if (nodes.length) return nodes;
  }
  return childNodes(e);
}
// up is the parent in the same tree.
function up(e) {
  const slot = isElement(e) ? slotOf(e) : null;
  if (slot) return slot;
  const p = parentNode(e);
  if (!p) return null;
  if (p instanceof ShadowRoot) return hostOf(p);
  return isElement(p) ? p : null;
}
function within(e, top) {
  for (let i = 0; e && i < 2 * LIMIT.depth; e = up(e), i++) if (e === top) return true;
  return false;
}

let styles = new Map();
function styleOf(e) {
  let s = styles.get(e);
  if (!s) styles.set(e, (s = getComputedStyle(e)));
  return s;
}
const forget = () => { styles = new Map(); };

const SKIP = new Set(['script', 'style', 'noscript', 'template', 'head', 'meta', 'link', 'option', 'datalist', 'object', 'embed', 'audio', 'video', 'canvas', 'map']);
const clip = (s, n) => (s.length > n ? s.slice(0, n) : s);
const tidy = (s) => (s || '').normalize('NFC').replace(/[\s\u00a0\u200b-\u200d\u2060\ufeff\u00ad]+/g, (m) => (/[\s\u00a0]/.test(m) ? ' ' : '')).trim();
const box = (r) => [Math.round(r.left), Math.round(r.top), Math.round(r.width), Math.round(r.height)];

// unseen reports whether an element and all below it is hidden.
function unseen(e, s) {
  if (s.display === 'none' || s.contentVisibility === 'hidden' || parseFloat(s.opacity) < 0.1) return true;
  if (/inset\((50|100)%/.test(s.clipPath) || (s.clip !== 'auto' && /rect\((0|1)px,? (0|1)px,? (0|1)px,? (0|1)px\)/.test(s.clip))) return true;
  if (s.overflowX !== 'visible' && s.position !== 'static' && s.display !== 'contents') {
    const r = rectOf(e);
    if (r.width <= 1 || r.height <= 1) return true;
  }
  return false;
}
// folded reports whether an element is shut like an accordion: it clips, and has no
// height but its padding for what it holds. What the document itself clips can be
// scrolled to.
function folded(e, s) {
  if (s.overflowY === 'visible' || e === pageBody() || e === pageRoot()) return false;
  const height = clientHeight(e) - (parseFloat(s.paddingTop) || 0) - (parseFloat(s.paddingBottom) || 0);
  return height < 2 && scrollHeight(e) > clientHeight(e) + 8;
}
// visible reports whether a person can see an element, or can scroll to it.
function visible(e) {
  const r = rectOf(e);
  if (r.width < 2 || r.height < 2 || styleOf(e).visibility !== 'visible') return false;
  let fixed = false, lifted = '';
  for (let p = e, i = 0; p && i < LIMIT.depth; p = up(p), i++) {
    const s = styleOf(p);
    if (unseen(p, s)) return false;
    // What is positioned is clipped only by what it is positioned against.
    if (p !== e && lifted !== 'fixed' && !(lifted === 'absolute' && s.position === 'static') && folded(p, s)) return false;
    if (lifted !== 'fixed' && s.position !== 'static') lifted = s.position;
    if (s.position === 'fixed') fixed = true;
    if (p !== e && localName(p) === 'details' && !hasAttr(p, 'open') && !inSummary(e, p)) return false;
  }
  return reachable(r, fixed);
}
function inSummary(e, details) {
  for (; e && e !== details; e = up(e)) if (localName(e) === 'summary') return true;
  return false;
}
// reachable reports whether a box lies in the window or where it can be scrolled
// to; what is fixed outside the window can never be.
function reachable(r, fixed) {
  if (fixed) return r.right > 1 && r.bottom > 1 && r.left < innerWidth - 1 && r.top < innerHeight - 1;
  const s = scroller();
  return r.right + scrollX > 1 && r.bottom + scrollY > 1 && r.left < innerWidth - 1 && r.top + scrollY < scrollHeight(s) + 1;
}

// hit is the innermost element at a point of the window.
function hit(x, y) {
  let e = Document.prototype.elementFromPoint.call(document, x, y);
  for (let i = 0; e && i < 40; i++) {
    const root = rootOf(e);
    if (!root) break;
    const inner = ShadowRoot.prototype.elementFromPoint.call(root, x, y);
    if (!inner || inner === e) break;
    e = inner;
  }
  return e;
}

const BLOCK = /^(block|flex|grid|table|list-item|flow-root|table-row|table-cell|table-caption)/;
// read is the text that a person sees in an element, a line for each block.
function read(top, max = LIMIT.text) {
  const out = [];
  let size = 0, seen = 0;
  const walk = (n, depth, shows) => {
    if (size > max || depth > LIMIT.depth || ++seen > LIMIT.elements) return;
    const type = nodeType(n);
    if (type === 3) {
      const t = nodeValue(n);
      if (shows && t) {
        out.push(t.replace(/\s+/g, ' '));
        size += t.length;
      }
      return;
    }
    if (type !== 1 || SKIP.has(localName(n))) return;
    const s = styleOf(n);
    if (unseen(n, s)) return;
    const name = localName(n);
    if (name === 'br') {
      out.push('\n');
      return;
    }
    const block = BLOCK.test(s.display);
    // Buttons side by side are words of their own, though nothing stands between them.
    const apart = block ? '\n' : s.display.startsWith('inline-') && isNative(n) ? ' ' : '';
    if (apart) out.push(apart);
    const shut = name === 'details' && !hasAttr(n, 'open');
    for (const c of kids(n)) {
      if (shut && !(isElement(c) && localName(c) === 'summary')) continue;
      walk(c, depth + 1, s.visibility === 'visible');
    }
    if (apart) out.push(apart);
  };
  walk(top, 0, isElement(top) && styleOf(top).visibility === 'visible');
  return clip(out.join('').split('\n').map(tidy).filter(Boolean).join('\n'), max);
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
