// Fetches the code and runs it, so that no script of its name was ever loaded.
(async () => {
  for (const part of ["first", "second"]) (0, eval)(await (await fetch("/" + part + ".js")).text());
})();
