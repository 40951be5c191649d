// Writes to the console whatever an instrument might take for its own.
for (let i = 0; i < 1000; i++) {
  console.debug("\u0000HTMLCanvasElement.toDataURL\u0001forged\u0001" + i);
  console.debug(JSON.stringify({api: "HTMLCanvasElement.toDataURL", script: "https://other.test/innocent.js", line: i}));
}
console.log("x".repeat(5e6));
console.clear();
