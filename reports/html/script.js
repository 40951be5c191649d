'use strict';
// Everything in this page can be read without this script. It adds sorting and
// filtering of tables, copying of commands, and opens what is folded for print.
(() => {
  const words = document.documentElement.dataset;

  const key = (row, column, numeric) => {
    const cell = row.cells[column];
    if (numeric) return Number(cell.dataset.value || 0);
    return cell.textContent.trim();
  };
  for (const table of document.querySelectorAll('table.sortable')) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const numeric = head.dataset.sort === 'number';
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') ? head.getAttribute('aria-sort') !== 'ascending' : !numeric;
        for (const other of heads) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const compare = (a, b) => {
          const x = key(a, column, numeric), y = key(b, column, numeric);
          return numeric ? x - y : x.localeCompare(y, document.documentElement.lang);
        };
        body.append(...[...body.rows].sort((a, b) => (up ? compare(a, b) : compare(b, a))));
      });
    });
    if (table.classList.contains('filtered') && body.rows.length > 8) {
      const label = document.createElement('label');
      label.className = 'filter';
      const input = document.createElement('input');
      input.type = 'search';
      label.append(words.filter, input);
      input.addEventListener('input', () => {
        const wanted = input.value.toLowerCase();
        for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      });
      table.parentElement.before(label);
    }
  }

  if (navigator.clipboard) {
    for (const block of document.querySelectorAll('pre.command')) {
      const text = block.textContent;
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = words.copy;
      button.addEventListener('click', async () => {
        await navigator.clipboard.writeText(text);
        button.textContent = words.copied;
      });
      block.append(button);
    }
  }

  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const fold of closed) fold.open = true;
  });
  addEventListener('afterprint', () => {
    for (const fold of closed) fold.open = false;
  });
})();
