// Swallows every property that somebody sets on an object, or reads of one.
for (const name of ["value", "get", "set", "n", "s", "a", "id", "key", "url", "line", "args", "api", "stack", "result", "count", "kind", "data", "type", "configurable", "writable", "enumerable", "then", "toJSON", "0", "1", "2"])
  Object.defineProperty(Object.prototype, name, {__proto__: null, configurable: true, get() { return undefined }, set() {}});
for (const index of ["0", "1", "2", "3", "4"])
  Object.defineProperty(Array.prototype, index, {__proto__: null, configurable: true, get() { return "forged" }, set() {}});
const canvas = document.createElement("canvas"), draw = canvas.getContext("2d");
canvas.width = 280; canvas.height = 60;
draw.fillStyle = "#f60"; draw.fillRect(125, 1, 62, 20);
draw.fillStyle = "#069"; draw.font = "11pt Arial"; draw.fillText("Cwm fjordbank glyphs vext quiz", 2, 15);
const text = canvas.toDataURL();
new Image().src = "https://fp.vendor.test/-/pixel.gif?n=" + text.length;
