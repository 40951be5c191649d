const canvas = document.createElement("canvas"), draw = canvas.getContext("2d");
canvas.width = 280; canvas.height = 60;
draw.fillStyle = "#f60"; draw.fillRect(125, 1, 62, 20);
draw.fillStyle = "#069"; draw.font = "11pt Arial"; draw.fillText("Cwm fjordbank glyphs vext quiz", 2, 15);
const text = canvas.toDataURL();
new Image().src = "https://fp.vendor.test/-/pixel.gif?n=" + text.length;
