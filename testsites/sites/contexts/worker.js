{ const c = new OffscreenCanvas(60, 20), d = c.getContext('2d'); d.fillText('marker-worker', 2, 12); c.convertToBlob(); fetch('https://contexts.test/-/collect?ran=worker', {method: 'POST', body: Error().stack}) }
importScripts('/worker-import.js');
setTimeout(() => { const c = new OffscreenCanvas(60, 20), d = c.getContext('2d'); d.fillText('marker-worker-late', 2, 12); c.convertToBlob(); fetch('https://contexts.test/-/collect?ran=worker-late', {method: 'POST', body: Error().stack}) }, 1000);
