(() => {
  // A square code: many small squares and a caption.
  const draw = document.getElementById("code").getContext("2d");
  let seed = 7;
  for (let y = 0; y < 25; y++) {
    for (let x = 0; x < 25; x++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      draw.fillStyle = seed % 2 ? "#000" : "#fff";
      draw.fillRect(10 + x * 6, 10 + y * 6, 6, 6);
    }
  }
  draw.save();
  draw.fillStyle = "#000";
  draw.font = "11px sans-serif";
  draw.fillText("https://shop.example/table/12", 8, 176);
  draw.restore();
})();
