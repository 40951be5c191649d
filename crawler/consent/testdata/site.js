// What the test pages share: the page's content, and the note of what was chosen.
'use strict';
window.choice = '';
function done(what) {
  window.choice = what;
  for (const e of document.querySelectorAll('.ask')) e.remove();
}
function show(id) {
  for (const e of document.querySelectorAll('.layer')) e.classList.toggle('hide', e.id !== id);
}
// kept says how the switches of a dialog stand.
function kept(root = document) {
  return [...root.querySelectorAll('.ask input[type=checkbox], .ask [role=switch]')]
    .map((e) => (e.name || e.id) + '=' + ((e.checked ?? e.getAttribute('aria-checked') === 'true') && e.getAttribute('aria-checked') !== 'false' ? 1 : 0)).join(',');
}
addEventListener('DOMContentLoaded', () => {
  const m = document.createElement('main');
  m.innerHTML = `<header><a href="/plain">Home</a> <a href="/plain?a">Products</a> <a href="/plain?b">About us</a> <a href="/plain?c">Contact</a></header>
<h1>Garden furniture</h1>` + '<p>Our workshop makes chairs and tables of oak that grew within a day’s ride of the village. Every piece is numbered.</p>'.repeat(40) +
    '<footer><a href="/privacy">Privacy statement</a> <a href="/terms">Terms</a></footer>';
  if (document.body.dataset.empty === undefined) document.body.prepend(m);
});
