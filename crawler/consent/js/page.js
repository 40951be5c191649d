// Things of the page outside the dialog: ways back to the choice, links to
// statements, forms.

// walkAll visits every element that is shown, in the order of the page, but for
// those that are asked to be skipped.
function walkAll(visit, skip = []) {
  const left = new Set(skip.map(elementOf));
  let seen = 0;
  const began = performance.now();
  const walk = (e, depth) => {
    if (depth > LIMIT.depth || ++seen > LIMIT.elements || (seen % 500 === 0 && performance.now() - began > LIMIT.millis) || SKIP.has(localName(e))) return;
    if (left.has(e) || unseen(e, styleOf(e))) return;
    if (visit(e) === false) return;
    for (const c of kids(e)) if (isElement(c)) walk(c, depth + 1);
  };
  const body = pageBody();
  if (body) walk(body, 0);
}
const isFixed = (e) => {
  for (let p = e, i = 0; p && i < LIMIT.depth; p = up(p), i++) if (styleOf(p).position === 'fixed') return true;
  return false;
};

// ways lists everything that could be pressed to change a choice: known elements,
// short words that name the choice, small things that stay in a corner.
function ways({ known, words, skip }) {
  forget();
  const named = new RegExp(words, 'iu');
  const out = [];
  const isKnown = (e) => {
    for (const k of known) {
      try {
        if (matches(e, k)) return true;
      } catch { /* a selector that this browser does not know */ }
    }
    return false;
  };
  walkAll((e) => {
    if (out.length >= LIMIT.ways) return false;
    const sure = isKnown(e);
    const press = sure || isNative(e) || (!(e instanceof HTMLInputElement) && seemsPressable(e, up(e)));
    if (!press || localName(e) === 'summary' || !visible(e)) return true;
    const w = wordsOf(e);
    if (w.text.length > 100) return !sure;
    const r = rectOf(e), fixed = isFixed(e);
    const small = fixed && r.width <= 120 && r.height <= 120;
    const href = e instanceof HTMLAnchorElement && hasAttr(e, 'href') ? clip(hrefOf(e), 2000) : '';
    if (!sure && !named.test(w.text + ' ' + w.name) && !(small && named.test(hintOf(e) + ' ' + href)) && !(/^javascript:/i.test(href) && named.test(href))) return true;
    out.push({ n: numberOf(e), tag: localName(e), text: clip(w.text, LIMIT.label), name: w.name, hint: hintOf(e), href, box: box(r), fixed, known: sure, small });
    return !sure;
  }, skip);
  return out;
}

// papers lists links with their words and whether a press would reach them.
function papers({ words, skip }) {
  forget();
  const named = new RegExp(words, 'iu');
  const out = [];
  walkAll((e) => {
    if (out.length >= LIMIT.links) return false;
    if (!(e instanceof HTMLAnchorElement) || !hasAttr(e, 'href')) return true;
    const w = wordsOf(e);
    const label = w.text || w.name;
    const url = clip(hrefOf(e), 2000);
    if (label.length > 120 || !(named.test(label) || named.test(url.slice(0, 300)))) return true;
    const seen = visible(e);
    if (!seen) return true;
    const r = rectOf(e);
    const here = r.left + r.width / 2 >= 0 && r.top >= 0 && r.top + r.height / 2 < innerHeight;
    out.push({ label: clip(label, LIMIT.label), url, here, hit: here ? !!pointOn(e) : false, top: Math.round(r.top + scrollY) });
    return false;
  }, skip);
  return { links: out, locked: locked(), blocking: shut() };
}

// shut reports whether something lies over the whole window, so that nothing of
// the page can be clicked wherever it is scrolled to.
function shut() {
  let over = 0;
  const points = [[0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9], [0.5, 0.15]];
  for (const [x, y] of points) {
    const e = hit(x * innerWidth, y * innerHeight);
    if (!e) continue;
    for (let p = e, i = 0; p && i < LIMIT.depth; p = up(p), i++) {
      const r = rectOf(p);
      if ((styleOf(p).position === 'fixed' || matches(p, ':modal')) && (matches(p, ':modal') || r.width * r.height > 0.8 * innerWidth * innerHeight)) { over++; break; }
    }
  }
  return over >= 4;
}

const ASKS = 'input,select,textarea';
// forms lists forms, and fields that stand together without one. With write, text
// that can be edited in place counts as a field, and every field says what can be
// written into it.
function forms({ skip, write }) {
  forget();
  const groups = new Map();
  walkAll((e) => {
    if (!matches(e, ASKS) && !(write && isEditable(e))) return true;
    if (e instanceof HTMLInputElement && (PRESSABLE.has(inputType(e)) || inputType(e) === 'hidden')) return false;
    const box = e instanceof HTMLInputElement && /^(checkbox|radio)$/.test(inputType(e));
    if (!visible(e) && !(box && face(e))) return false;
    let top = null;
    for (let p = up(e), i = 0; p && i < LIMIT.depth; p = up(p), i++) {
      if (localName(p) === 'form') { top = p; break; }
    }
    if (!top) top = looseGroup(e);
    if (!groups.has(top)) groups.set(top, []);
    groups.get(top).push(e);
    return false;
  }, skip);
  const out = [];
  for (const [top, fields] of groups) {
    if (out.length >= LIMIT.forms) break;
    const buttons = survey(top).controls.filter((c) => c.tag === 'button' || c.tag === 'input' || c.role === 'button' || /btn|button/i.test(c.hint));
    const submit = buttons.find((b) => /submit/.test(b.hint)) || buttons.find((b) => isSubmit(elementOf(b.n))) || buttons[buttons.length - 1];
    const radios = new Set();
    const list = [];
    for (const e of fields.slice(0, LIMIT.fields)) {
      const type = fieldType(e);
      const name = attr(e, 'name') || attr(e, 'id') || '';
      if (type === 'radio') {
        if (radios.has(name)) continue;
        radios.add(name);
      }
      const label = fieldLabel(e, type);
      list.push({
        label, name: clip(name, 100), type, auto: clip((attr(e, 'autocomplete') || '').toLowerCase(), 60), hold: clip(tidy(attr(e, 'placeholder')), 120),
        required: matches(e, ':required') || attr(e, 'aria-required') === 'true' || /\*\s*$|^\s*\*/.test(label), checked: type === 'checkbox' && isOn(e),
        write: write ? writing(e, type) : undefined,
      });
    }
    out.push({ n: numberOf(top), tag: localName(top), hint: hintOf(top), action: clip(attr(top, 'action') || '', 300), text: read(top, 2000), before: headingBefore(top), fields: list, submit: submit ? submit.text || submit.name : '', search: roleOf(top) === 'search' || list.some((f) => f.type === 'search') });
  }
  return out;
}
const fieldType = (e) => (e instanceof HTMLInputElement ? inputType(e) : matches(e, ASKS) ? localName(e) : 'editable');
// isEditable reports whether an element's text can be edited in place; inside such
// an element none is asked for.
const isEditable = (e) => hasAttr(e, 'contenteditable') && attr(e, 'contenteditable').toLowerCase() !== 'false';
const WRITABLE = new Set(['text', 'email', 'tel', 'search', 'url', 'number', 'password', 'date', 'textarea', 'editable']);
// writing is what can be written into a field; null if nothing can.
function writing(e, type) {
  if (!WRITABLE.has(type) || matches(e, ':disabled, :read-only') || attr(e, 'aria-disabled') === 'true' || attr(e, 'aria-readonly') === 'true' || matches(e, '[inert], [inert] *')) return null;
  const max = parseInt(attr(e, 'maxlength'), 10);
  return {
    n: numberOf(e), max: max >= 0 ? max : -1, low: clip(attr(e, 'min') || '', 40), high: clip(attr(e, 'max') || '', 40),
    pattern: clip(attr(e, 'pattern') || '', 400), digits: /^(numeric|decimal|tel)$/i.test(attr(e, 'inputmode') || ''),
    held: heldBy(e).length,
  };
}
// heldBy is the text that a field holds.
const heldBy = (e) => (e instanceof HTMLInputElement ? valueOf(e) : e instanceof HTMLTextAreaElement ? textareaValue(e) : read(e, LIMIT.text));
const isSubmit = (e) => !!e && ((e instanceof HTMLInputElement && /submit|image/.test(inputType(e))) || (localName(e) === 'button' && (attr(e, 'type') || 'submit') === 'submit'));
// looseGroup is the nearest element around a field that also holds a button.
function looseGroup(e) {
  let p = up(e);
  for (let i = 0; p && i < 6; i++) {
    if (pressableIn(p)) return p;
    const next = up(p);
    if (!next || next === pageBody()) return p;
    p = next;
  }
  return p || pageBody();
}
function fieldLabel(e, type) {
  if (type === 'radio') {
    for (let p = up(e), i = 0; p && i < 6; p = up(p), i++) {
      if (localName(p) !== 'fieldset' && roleOf(p) !== 'radiogroup') continue;
      const l = find(p, 'legend');
      const text = l ? read(l, 200) : spoken(p);
      if (text) return clip(text, LIMIT.label);
      break;
    }
  }
  const text = labelOf(e);
  if (text) return clip(text.split('\n').join(' '), 300);
  const hold = tidy(attr(e, 'placeholder'));
  if (hold) return clip(hold, LIMIT.label);
  // Text just before the field.
  for (let s = e, i = 0; s && i < 3; i++) {
    for (let c = firstChild(up(s) || s), before = ''; c; c = nextSibling(c)) {
      if (c === s) {
        if (before) return clip(before, LIMIT.label);
        break;
      }
      const t = nodeType(c) === 3 ? tidy(nodeValue(c)) : isElement(c) ? read(c, LIMIT.label) : '';
      if (t) before = t;
    }
    s = up(s);
    if (s && localName(s) === 'form') break;
  }
  return '';
}
// headingBefore is the text that introduces a form.
function headingBefore(top) {
  let s = top;
  for (let i = 0; i < 3 && s; i++) {
    let before = '';
    for (let c = firstChild(up(s) || s); c && c !== s; c = nextSibling(c)) if (isElement(c) && !SKIP.has(localName(c))) before = read(c, 300) || before;
    if (before) return clip(before, 300);
    s = up(s);
    if (!s || s === pageBody()) break;
  }
  return '';
}
