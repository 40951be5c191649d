(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  navigator.mediaDevices.enumerateDevices().then(list => {
    navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + hash(list.map(d => d.kind + d.deviceId + d.label).join()));
  });
})();
