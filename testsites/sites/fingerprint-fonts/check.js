(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  const found = fonts.filter(font => document.fonts.check(`12px "${font}"`));
  navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + hash(found.join()));
})();
