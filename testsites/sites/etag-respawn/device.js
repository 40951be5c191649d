(async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 280;
  canvas.height = 60;
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
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canvas.toDataURL() + navigator.hardwareConcurrency));
  const id = [...new Uint8Array(sum)].slice(0, 16).map(b => b.toString(16).padStart(2, "0")).join("");
  document.cookie = "device=" + id + "; Max-Age=31536000; Path=/; Secure";
})();
