importScripts("/first.js", "/watched.js", "/functions.js", "/globals.js", "/stacks.js", "/traps.js");
lies.run().then(results => {
  const named = {};
  for (const [name, value] of Object.entries(results)) named["worker." + name] = value;
  postMessage(named);
});
