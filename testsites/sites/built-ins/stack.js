// Hides where a call comes from.
Error.prepareStackTrace = () => "Error\n    at https://other.test/innocent.js:1:1";
Object.defineProperty(Error, "stackTraceLimit", {value: 0, configurable: false, writable: false});
Object.defineProperty(Error, "prepareStackTrace", {value: Error.prepareStackTrace, configurable: false, writable: false});
Object.freeze(Error);
const canvas = document.createElement("canvas"), draw = canvas.getContext("2d");
canvas.width = 280; canvas.height = 60;
draw.fillStyle = "#f60"; draw.fillRect(125, 1, 62, 20);
draw.fillStyle = "#069"; draw.font = "11pt Arial"; draw.fillText("Cwm fjordbank glyphs vext quiz", 2, 15);
const text = canvas.toDataURL();
new Image().src = "https://fp.vendor.test/-/pixel.gif?n=" + text.length;
