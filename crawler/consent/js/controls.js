// Controls of a dialog: what can be pressed, and what can be switched.
const ROLES = new Set(['button', 'link', 'menuitem', 'tab']);
const PRESSABLE = new Set(['submit', 'button', 'image', 'reset']);
const LETTER = /[\p{L}\p{N}]/u;

const roleOf = (e) => (attr(e, 'role') || '').toLowerCase().split(' ')[0];
const hintOf = (e) => clip(tidy([attr(e, 'id'), attr(e, 'class'), attr(e, 'name'), attr(e, 'data-testid'), attr(e, 'data-action'), attr(e, 'onclick')].filter(Boolean).join(' ')), LIMIT.hint);

// isSwitch reports whether an element can be on or off.
function isSwitch(e) {
  if (e instanceof HTMLInputElement) return inputType(e) === 'checkbox' || inputType(e) === 'radio';
  const role = roleOf(e);
  return role === 'switch' || role === 'checkbox' || role === 'menuitemcheckbox' || role === 'radio';
}
// isHeld reports whether a button can stay pressed. Some are switches, some halves
// of a choice, some only buttons: Go tells by their words.
const isHeld = (e) => (localName(e) === 'button' || roleOf(e) === 'button') && hasAttr(e, 'aria-pressed') && !isSwitch(e);
// isNative reports whether an element is there to be pressed by its nature.
function isNative(e) {
  const name = localName(e);
  if (name === 'button' || name === 'summary') return true;
  if (e instanceof HTMLInputElement) return PRESSABLE.has(inputType(e));
  if (name === 'a') return hasAttr(e, 'href') || hasAttr(e, 'onclick') || hasAttr(e, 'role') || hasAttr(e, 'tabindex') || styleOf(e).cursor === 'pointer';
  return ROLES.has(roleOf(e));
}
// seemsPressable reports whether an element that is no button by nature was made
// into one.
function seemsPressable(e, parent) {
  const name = localName(e);
  if (name === 'label' || name === 'html' || name === 'body' || name === 'form' || name === 'iframe' || name === 'select' || name === 'textarea' || e instanceof HTMLInputElement) return false;
  if (hasAttr(e, 'onclick') || hasAttr(e, 'ng-click') || hasAttr(e, '@click') || hasAttr(e, 'data-dismiss')) return true;
  const tab = attr(e, 'tabindex');
  if (tab !== null && parseInt(tab, 10) >= 0 && styleOf(e).cursor === 'pointer') return true;
  if (styleOf(e).cursor === 'pointer' && !(parent && styleOf(parent).cursor === 'pointer')) return true;
  return /(^|[\s_-])(btn|button|knop|bouton|boton)($|[\s_-])/i.test(attr(e, 'class') || '');
}

// spoken is the name that an element has for those who cannot see it.
function spoken(e) {
  const by = attr(e, 'aria-labelledby');
  if (by) {
    const root = treeRoot(e);
    const words = by.split(/\s+/).slice(0, 4).map((id) => {
      try {
        const t = id && find(root, '#' + CSS.escape(id));
        return t && t !== e ? read(t, LIMIT.label) : '';
      } catch { return ''; }
    });
    const text = tidy(words.join(' '));
    if (text) return clip(text, LIMIT.label);
  }
  const direct = tidy(attr(e, 'aria-label')) || tidy(attr(e, 'title')) || tidy(attr(e, 'alt'));
  if (direct) return clip(direct, LIMIT.label);
  // Of what is drawn inside it.
  let found = '', seen = 0;
  const walk = (n, depth) => {
    if (found || depth > 6 || ++seen > 60 || !isElement(n)) return;
    const name = localName(n);
    if (name === 'title') {
      found = tidy(childNodes(n).map((c) => nodeValue(c) || '').join(''));
      return;
    }
    found = n === e ? '' : tidy(attr(n, 'aria-label')) || tidy(attr(n, 'alt')) || tidy(attr(n, 'title'));
    // Text for screen readers is not painted, but it is the name.
    if (!found && n !== e && /sr-only|visually-?hidden|screen-?reader|assistive/i.test(attr(n, 'class') || '')) {
      found = tidy(childNodes(n).map((c) => (nodeType(c) === 3 ? nodeValue(c) : '')).join(''));
    }
    for (const c of kids(n)) walk(c, depth + 1);
  };
  walk(e, 0);
  return clip(found, LIMIT.label);
}

// A control's words: what is painted, and what is only spoken.
function wordsOf(e) {
  if (e instanceof HTMLInputElement) return { text: clip(tidy(valueOf(e) || attr(e, 'alt')), LIMIT.label), name: spoken(e) };
  return { text: tidy(read(e, LIMIT.label)), name: spoken(e) };
}

// behind lists the background colours under an element, from the nearest outward,
// until one is opaque. Go mixes them.
function behind(e) {
  const out = [];
  for (let p = e, i = 0; p && i < 60 && out.length < 12; p = up(p), i++) {
    const s = styleOf(p);
    if (s.backgroundImage !== 'none') out.push(clip(s.backgroundImage, 400));
    const c = s.backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)' && c !== 'transparent') {
      out.push(c);
      if (/^rgb\(/.test(c)) break;
    }
  }
  return out;
}
const bare = (s) => s.backgroundImage === 'none' && (s.backgroundColor === 'rgba(0, 0, 0, 0)' || s.backgroundColor === 'transparent');
const lined = (s) => ['Top', 'Right', 'Bottom', 'Left'].filter((d) => parseFloat(s['border' + d + 'Width']) > 0 && s['border' + d + 'Style'] !== 'none' && !/, 0\)$/.test(s['border' + d + 'Color'])).length >= 3;

// painted is the element that shows as the button: often a child, or the padding
// around it, carries the colour.
function painted(e) {
  if (!bare(styleOf(e)) || lined(styleOf(e))) return e;
  const r = rectOf(e), area = r.width * r.height;
  for (let n = e, i = 0; i < 3; i++) {
    const inner = kids(n).filter((c) => isElement(c) && rectOf(c).width * rectOf(c).height >= 0.75 * area);
    if (inner.length !== 1) break;
    n = inner[0];
    if (!bare(styleOf(n)) || lined(styleOf(n))) return n;
  }
  const p = up(e);
  if (p && area > 0) {
    const q = rectOf(p);
    if (q.width * q.height <= 1.7 * area && (!bare(styleOf(p)) || lined(styleOf(p)))) return p;
  }
  return e;
}

// letters is the element whose font the words are set in.
function letters(e) {
  for (let i = 0; i < 8; i++) {
    if (childNodes(e).some((c) => nodeType(c) === 3 && tidy(nodeValue(c)))) return e;
    const next = kids(e).find((c) => isElement(c) && !SKIP.has(localName(c)) && tidy(read(c, 40)));
    if (!next) return e;
    e = next;
  }
  return e;
}

// inline reports whether an element stands in running text.
function inline(e, text) {
  if (!/^inline/.test(styleOf(e).display)) return false;
  let p = up(e);
  for (let i = 0; p && i < 6 && /^(inline|contents)/.test(styleOf(p).display); i++) p = up(p);
  if (!p || /flex|grid/.test(styleOf(p).display)) return false;
  let loose = 0;
  const walk = (n, depth) => {
    if (depth > 4 || n === e) return;
    if (nodeType(n) === 3) loose += tidy(nodeValue(n)).length;
    else if (isElement(n) && !isNative(n) && !BLOCK.test(styleOf(n).display)) for (const c of kids(n)) walk(c, depth + 1);
  };
  for (const c of kids(p)) walk(c, 0);
  return loose >= 25 && loose > text.length / 2;
}

// scrolled is how far the dialog, and the window, must be scrolled to see an
// element.
function scrolled(e, top) {
  const r = rectOf(e);
  let far = 0, held = false;
  for (let p = up(e), i = 0; p && i < LIMIT.depth; p = up(p), i++) {
    const s = styleOf(p);
    if (/auto|scroll/.test(s.overflowY) && scrollHeight(p) > clientHeight(p) + 2 && p !== scroller()) {
      const q = rectOf(p);
      far = Math.max(far, r.bottom - Math.min(q.bottom, innerHeight));
    }
    if (s.position === 'fixed') held = true;
    if (p === top) break;
  }
  if (!held && styleOf(top).position !== 'fixed') far = Math.max(far, r.bottom - innerHeight);
  return Math.max(0, Math.round(far));
}

function reaches(e) {
  const r = rectOf(e);
  const at = hit(r.left + r.width / 2, r.top + r.height / 2);
  return !!at && (within(at, e) || within(e, at));
}

function describe(e, top) {
  const { text, name } = wordsOf(e);
  const r = rectOf(e);
  const p = painted(e), ps = styleOf(p), ls = styleOf(letters(e));
  const path = up(p);
  return {
    n: numberOf(e), tag: localName(e), role: roleOf(e), text, name, hint: hintOf(e),
    href: e instanceof HTMLAnchorElement && hasAttr(e, 'href') ? clip(hrefOf(e), 2000) : '',
    box: box(p === e ? r : rectOf(p)), bold: parseInt(ls.fontWeight, 10) || 400, font: parseFloat(ls.fontSize) || 0,
    color: ls.color, fills: bare(ps) ? [] : [ps.backgroundImage === 'none' ? ps.backgroundColor : clip(ps.backgroundImage, 400), ps.backgroundColor],
    around: path ? behind(path) : [], border: lined(ps), inline: inline(e, text), scrolled: scrolled(e, top), hit: reaches(e),
    off: hasAttr(e, 'disabled') || attr(e, 'aria-disabled') === 'true' || parseFloat(ps.opacity) < 0.2,
    selected: attr(e, 'aria-selected') || '', expanded: attr(e, 'aria-expanded') || '',
  };
}

// face is what of a switch can be seen and pressed: itself, or its label.
function face(e) {
  if (visible(e)) return e;
  const id = attr(e, 'id');
  if (id) {
    try {
      const l = find(treeRoot(e), 'label[for="' + CSS.escape(id) + '"]');
      if (l && visible(l)) return l;
    } catch { /* an id that no selector can name */ }
  }
  for (let p = up(e), i = 0; p && i < 4; p = up(p), i++) {
    const r = rectOf(p);
    if (localName(p) === 'label' && visible(p)) return p;
    if (r.height > 4 && r.height < 90 && r.width > 4 && r.width < 160 && visible(p)) return p;
  }
  for (let s = nextSibling(e), i = 0; s && i < 3; s = nextSibling(s)) {
    if (!isElement(s)) continue;
    i++;
    const r = rectOf(s);
    if (r.height > 4 && r.height < 90 && r.width < 160 && visible(s)) return s;
  }
  return null;
}

// rowOf is the text of the row that a switch stands in.
function rowOf(e, count) {
  for (let p = up(e), i = 0; p && i < 7; p = up(p), i++) {
    if (count(p) > 1) return '';
    const text = read(p, 600);
    if (LETTER.test(text)) return text;
  }
  return '';
}
function labelOf(e) {
  const by = attr(e, 'aria-labelledby') || attr(e, 'aria-label') ? spoken(e) : '';
  if (by) return by;
  const id = attr(e, 'id');
  if (id) {
    try {
      const l = find(treeRoot(e), 'label[for="' + CSS.escape(id) + '"]');
      const t = l && read(l, 300);
      if (t) return t;
    } catch { /* an id that no selector can name */ }
  }
  for (let p = up(e), i = 0; p && i < 4; p = up(p), i++) {
    if (localName(p) === 'label') return read(p, 300);
  }
  const own = e instanceof HTMLInputElement ? '' : read(e, 100);
  return own || tidy(attr(e, 'title'));
}
const isOn = (e) => (e instanceof HTMLInputElement ? checkedOf(e) : attr(e, 'aria-checked') === 'true' || attr(e, 'aria-pressed') === 'true');

// survey walks a dialog and lists its controls, switches, links and fields.
function survey(top) {
  const found = { controls: [], toggles: [], fields: [], frames: 0 };
  const pressable = [], switches = [];
  let seen = 0;
  const walk = (n, depth, parent, inside) => {
    if (depth > LIMIT.depth || ++seen > LIMIT.elements || !isElement(n)) return;
    const name = localName(n);
    if (SKIP.has(name)) return;
    const s = styleOf(n);
    // A switch is often hidden, and drawn by its label.
    if (isSwitch(n)) {
      if (switches.length < LIMIT.toggles && (s.display !== 'none' || face(n))) switches.push(n);
      if (n instanceof HTMLInputElement) return;
      inside = n;
    }
    if (isHeld(n) && switches.length < LIMIT.toggles) switches.push(n);
    if (unseen(n, s)) {
      hiddenSwitches(n, switches);
      return;
    }
    if (name === 'iframe') found.frames++;
    if ((n instanceof HTMLInputElement && !PRESSABLE.has(inputType(n)) && inputType(n) !== 'hidden') || name === 'textarea' || name === 'select') {
      if (found.fields.length < LIMIT.fields && visible(n)) found.fields.push(name === 'input' ? inputType(n) : name);
      return;
    }
    if (n !== top && !inside) {
      if (isNative(n)) {
        if (visible(n)) pressable.push(n);
        inside = n;
      } else if (seemsPressable(n, parent) && visible(n)) {
        const text = read(n, 200);
        if (text.length <= 80 && !text.includes('\n')) pressable.push(n);
      }
    }
    const shut = name === 'details' && !hasAttr(n, 'open');
    for (const c of kids(n)) {
      if (shut && !(isElement(c) && localName(c) === 'summary')) continue;
      walk(c, depth + 1, n, inside);
    }
  };
  walk(top, 0, null, null);
  for (const e of outermost(pressable, switches)) {
    if (found.controls.length >= LIMIT.controls) break;
    found.controls.push(describe(e, top));
  }
  const count = (p) => switches.reduce((k, e) => k + (within(e, p) ? 1 : 0), 0);
  for (const e of switches.slice(0, LIMIT.toggles)) {
    const f = face(e);
    if (!f) continue;
    const radio = (e instanceof HTMLInputElement && inputType(e) === 'radio') || roleOf(e) === 'radio';
    found.toggles.push({
      n: numberOf(e), label: clip(labelOf(e), 300), row: switches.length <= 80 ? clip(rowOf(e, count), 600) : '', hint: hintOf(e),
      value: radio ? clip(tidy(attr(e, 'value')), 40) : '',
      on: isOn(e), off: hasAttr(e, 'disabled') || attr(e, 'aria-disabled') === 'true' || attr(e, 'aria-readonly') === 'true' || matches(e, ':disabled'),
      radio, held: isHeld(e), group: radio || isHeld(e) ? clip((radio && attr(e, 'name')) || 'g' + numberOf(up(e) || e), 80) : '', box: box(rectOf(f)),
    });
  }
  return found;
}
// hiddenSwitches takes boxes that are hidden for a label to stand for them.
function hiddenSwitches(top, switches) {
  let seen = 0;
  const walk = (n, depth) => {
    if (depth > 4 || ++seen > 60 || !isElement(n)) return;
    if (isSwitch(n) && switches.length < LIMIT.toggles && !switches.includes(n) && face(n)) switches.push(n);
    for (const c of kids(n)) walk(c, depth + 1);
  };
  for (const c of kids(top)) walk(c, 0);
}
// drawn reports whether an element is how a switch is painted: it stands in the
// label of one.
function drawn(e, switches) {
  for (let p = up(e), i = 0; p && i < 4; p = up(p), i++) {
    if (localName(p) === 'label') return switches.some((o) => within(o, p));
  }
  return false;
}
// outermost drops what only wraps another control, or a switch, or paints one.
function outermost(list, switches) {
  const wraps = (e) => list.some((o) => o !== e && within(o, e)) || (!isNative(e) && switches.some((o) => o !== e && within(o, e)));
  const few = list.filter((e) => isNative(e) || !drawn(e, switches)).slice(0, 400);
  return few.filter((e) => !wraps(e) || (isNative(e) && !few.some((o) => o !== e && within(o, e) && isNative(o))));
}
