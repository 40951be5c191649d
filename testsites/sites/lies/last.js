// The last script: runs the checks and shows the results.
(() => {
  lies.vector("observer.listeners", () => lies.seen.listeners.join());
  lies.vector("observer.events", () => lies.seen.events.join());
  const inWorker = () => new Promise(done => {
    const w = new Worker(lies.trust.createScriptURL("/worker.js"));
    w.onmessage = e => done(e.data);
    w.onerror = e => done({"worker.failed": e.message});
  });
  addEventListener("load", async () => {
    const results = await lies.run();
    Object.assign(results, await inWorker());
    const sorted = {};
    for (const name of Object.keys(results).sort()) sorted[name] = results[name];
    document.getElementById("results").textContent = JSON.stringify(sorted, null, 1);
    window.__results = sorted;
    window.__took = Math.round(performance.now());
    window.__detail = lies.detail;
    document.title = "Lies: done";
  });
})();
