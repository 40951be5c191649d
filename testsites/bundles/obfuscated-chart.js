// Draws a chart of sales, and asks for what a chart needs to know.
const canvas = document.createElement("canvas");
canvas.width = 400;
canvas.height = 200;
document.body.append(canvas);
const pen = canvas.getContext("2d");
const scale = window.devicePixelRatio || 1;
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
[12, 19, 8, 24].forEach((sold, i) => {
  pen.fillStyle = dark ? "#8ac" : "#468";
  pen.fillRect(20 + 60 * i, 180 - 6 * sold * Math.min(scale, 1), 40, 6 * sold);
  pen.fillText(["January", "February", "March", "April"][i], 20 + 60 * i, 195);
});
