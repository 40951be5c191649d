(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  navigator.sendBeacon("https://cdn.tracker.test/-/collect", "device=" + hash(window.picture.toDataURL()));
})();
