// Every kind of worker, each with a marker of its own.
new Worker("/worker.js");
new Worker("/worker-module.js", {type: "module"});
new Worker("/worker-nested.js");
new Worker(URL.createObjectURL(new Blob(["{ const c = new OffscreenCanvas(60, 20), d = c.getContext('2d'); d.fillText('marker-worker-blob', 2, 12); c.convertToBlob(); fetch('https://contexts.test/-/collect?ran=worker-blob', {method: 'POST', body: Error().stack}) }"])));
new Worker("data:text/javascript," + encodeURIComponent("{ const c = new OffscreenCanvas(60, 20), d = c.getContext('2d'); d.fillText('marker-worker-data', 2, 12); c.convertToBlob(); fetch('https://contexts.test/-/collect?ran=worker-data', {method: 'POST', body: Error().stack}) }"));
new SharedWorker("/worker-shared.js");
navigator.serviceWorker.register("/worker-service.js");
const audio = new OfflineAudioContext(1, 128, 44100);
audio.audioWorklet.addModule("/worklet.js").then(() => { new AudioWorkletNode(audio, "marker").connect(audio.destination); audio.startRendering() });
