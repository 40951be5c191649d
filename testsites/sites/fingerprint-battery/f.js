(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  navigator.getBattery().then(b => {
    navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + hash([b.charging, b.level, b.chargingTime, b.dischargingTime].join()));
  });
})();
