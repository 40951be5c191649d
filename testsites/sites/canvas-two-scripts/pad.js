(() => {
  // Draws what the pointer writes; the picture is taken when the visitor has written.
  const pad = document.getElementById("pad"), draw = pad.getContext("2d");
  let writing = false;
  pad.addEventListener("pointerdown", e => { writing = true; draw.beginPath(); draw.moveTo(e.offsetX, e.offsetY) });
  pad.addEventListener("pointermove", e => { if (writing) { draw.lineTo(e.offsetX, e.offsetY); draw.stroke() } });
  pad.addEventListener("pointerup", () => { writing = false; document.getElementById("signature").value = pad.toDataURL() });
  draw.font = "12px sans-serif";
  draw.fillStyle = "#999";
  draw.fillText("Please sign here with mouse or finger", 10, 110);
})();
