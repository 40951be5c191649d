{ const c = new OffscreenCanvas(60, 20), d = c.getContext('2d'); d.fillText('marker-worker-outer', 2, 12); c.convertToBlob(); fetch('https://contexts.test/-/collect?ran=worker-outer', {method: 'POST', body: Error().stack}) }
new Worker('/worker-inner.js');
