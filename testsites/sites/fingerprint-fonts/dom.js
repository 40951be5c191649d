(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  const span = document.createElement("span");
  span.style.cssText = "position: absolute; left: -9999px; font-size: 72px";
  span.textContent = "mmmmmmmmmmlli";
  document.body.append(span);
  const width = font => { span.style.fontFamily = font; return span.offsetWidth };
  const plain = width("monospace");
  const found = fonts.filter(font => width(`'${font}', monospace`) !== plain);
  span.remove();
  navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + hash(found.join()));
})();
