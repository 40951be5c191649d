// Adds what old browsers lack, as polyfills do; new ones are left alone.
if (!Array.prototype.at) Array.prototype.at = function (n) { return this[n < 0 ? this.length + n : n] };
if (!Object.hasOwn) Object.hasOwn = (o, k) => Object.prototype.hasOwnProperty.call(o, k);
const old = console.warn;
console.warn = function (...args) { old.apply(console, ["[site]", ...args]) };
document.title = "Old browsers welcome: " + [1, 2, 3].at(-1);
