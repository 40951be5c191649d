// Makes its calls where there is hardly any stack left for an instrument.
const canvas = document.createElement("canvas"), draw = canvas.getContext("2d");
canvas.width = 280; canvas.height = 60;
let text = "", step = 0;
const work = () => {
  if (step === 0) { draw.fillStyle = "#f60"; draw.fillRect(125, 1, 62, 20); step = 1 }
  if (step === 1) { draw.fillStyle = "#069"; draw.font = "11pt Arial"; step = 2 }
  if (step === 2) { draw.fillText("Cwm fjordbank glyphs vext quiz", 2, 15); step = 3 }
  if (step === 3) { text = canvas.toDataURL(); step = 4 }
};
const dive = () => { try { dive() } catch { try { work() } catch {} } };
dive();
new Image().src = "https://fp.vendor.test/-/pixel.gif?n=" + text.length + "&step=" + step;
