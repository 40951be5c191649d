(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  const canvas = new OffscreenCanvas(280, 60);
  const draw = canvas.getContext("2d");
  draw.textBaseline = "alphabetic";
  draw.fillStyle = "#f60";
  draw.fillRect(125, 1, 62, 20);
  draw.fillStyle = "#069";
  draw.font = "11pt no-real-font-123";
  draw.fillText("Cwm fjordbank glyphs vext quiz, \u{1F603}", 2, 15);
  draw.fillStyle = "rgba(102, 204, 0, 0.7)";
  draw.font = "18pt Arial";
  draw.fillText("Cwm fjordbank glyphs vext quiz, \u{1F603}", 4, 45);
  canvas.convertToBlob().then(blob => blob.arrayBuffer()).then(buffer => {
    navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + hash(new Uint8Array(buffer).join()));
  });
})();
