// What the content script says is kept until spoor asks for it. Names are set as
// own properties, so that an element of the page with such an id is not found in
// their place.
(() => {
  const box = { gen: %s, id: %d, messages: [], clicks: [], state: null };
  const own = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  own('spoorAutoconsent', box);
  own('autoconsentReceiveMessage', undefined);
  own('autoconsentSendMessage', m => {
    if (m.type === 'report') box.state = { lifecycle: m.state.lifecycle, clicks: m.state.clicks };
    else if (box.messages.length < 200) box.messages.push(JSON.parse(JSON.stringify(m)));
    return Promise.resolve();
  });
  // This world has prototypes of its own: the page's click() is another.
  const click = HTMLElement.prototype.click;
  if (click.spoor) return;
  const press = function () {
    const box = globalThis.spoorAutoconsent;
    const label = this.innerText || this.getAttribute('aria-label') || this.value || this.title || this.id || '';
    if (box && box.clicks && box.clicks.length < 100) box.clicks.push(String(label).replace(/\s+/g, ' ').trim().slice(0, 120));
    return click.call(this);
  };
  press.spoor = true;
  HTMLElement.prototype.click = press;
})();
