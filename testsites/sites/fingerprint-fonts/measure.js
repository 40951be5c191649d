(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  const draw = document.createElement("canvas").getContext("2d");
  const width = font => { draw.font = "72px " + font; return draw.measureText("mmmmmmmmmmlli").width };
  const plain = width("monospace");
  const found = fonts.filter(font => width(`'${font}', monospace`) !== plain);
  navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + hash(found.join()));
})();
