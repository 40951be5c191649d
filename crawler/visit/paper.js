// Reads what a reader of the page reads: its main text, one line for each block,
// and its tables. It runs in a world of spoor's own in a page that nobody else
// looks at, so it may hide what lies over the text.
(() => {
  const MAX_TABLES = 80, MAX_ROWS = 2000, MAX_CELLS = 12, MAX_CELL = 600;
  const raw = document.contentType !== 'text/html' && document.contentType !== 'application/xhtml+xml';
  const body = document.body;
  if (!body) return { URL: location.href, Title: document.title, Lang: '', Text: document.documentElement ? document.documentElement.textContent : '', Tables: [] };
  if (!raw) {
    for (const e of body.querySelectorAll('dialog,[role=dialog],[role=alertdialog],[aria-modal=true]')) if (!e.contains(document.querySelector('main'))) e.style.setProperty('display', 'none', 'important');
    for (const e of body.querySelectorAll('body > *, body > * > *')) {
      const position = getComputedStyle(e).position;
      if (position === 'fixed' || position === 'sticky') e.style.setProperty('display', 'none', 'important');
    }
    for (const e of body.querySelectorAll('details')) e.open = true;
  }
  const main = [...document.querySelectorAll('main,[role=main],article')].sort((a, b) => b.innerText.length - a.innerText.length)[0];
  const text = main && main.innerText.length > 600 ? main.innerText : body.innerText;
  const words = e => e.innerText.trim().slice(0, MAX_CELL);
  const headings = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6,caption,summary')];
  const above = t => {
    let found = '';
    for (const h of headings) {
      if (t.contains(h) && h.tagName === 'CAPTION') return words(h);
      if (h.compareDocumentPosition(t) & Node.DOCUMENT_POSITION_FOLLOWING) found = words(h);
    }
    return found;
  };
  const tables = [...document.querySelectorAll('table,[role=table]')].slice(0, MAX_TABLES).map(t => {
    const rows = [...t.querySelectorAll('tr,[role=row]')].slice(0, MAX_ROWS)
      .map(r => [...r.querySelectorAll('th,td,[role=cell],[role=columnheader],[role=rowheader]')].slice(0, MAX_CELLS));
    const first = rows[0] || [];
    const headed = first.length > 0 && (first.every(c => c.tagName === 'TH' || c.getAttribute('role') === 'columnheader') || first[0].closest('thead'));
    return { heading: above(t), header: headed ? first.map(words) : [], rows: (headed ? rows.slice(1) : rows).filter(r => r.length).map(r => r.map(words)) };
  });
  return { URL: location.href, Title: document.title, Lang: document.documentElement.lang || '', Text: raw ? body.textContent : text, Tables: tables };
})()
