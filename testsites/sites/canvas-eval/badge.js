eval(`
  const draw = document.getElementById("badge").getContext("2d");
  draw.fillStyle = "#555"; draw.fillRect(0, 0, 90, 24);
  draw.fillStyle = "#4c1"; draw.fillRect(90, 0, 100, 24);
  draw.fillStyle = "#fff"; draw.font = "13px sans-serif";
  draw.fillText("build status", 8, 16); draw.fillText("all tests passing", 96, 16);
`);
