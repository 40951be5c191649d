// Draws a histogram away from the page, and hands the picture over.
onmessage = e => {
  const canvas = new OffscreenCanvas(256, 100), draw = canvas.getContext("2d");
  e.data.forEach((value, i) => { draw.fillStyle = "#468"; draw.fillRect(i * 16, 80 - value, 12, value); draw.fillStyle = "#000"; draw.fillText(String(value), i * 16, 95) });
  const picture = canvas.transferToImageBitmap();
  postMessage(picture, [picture]);
};
